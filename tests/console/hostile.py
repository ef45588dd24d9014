"""Texts that try to become something else: markup, script, addresses, invisibility.

Every one that runs calls own(), which the browser's test watches for.
"""

import os
from itertools import product

CHOSEN = (
    "<script>own()</script>",
    "<ScRiPt>own()</sCrIpT>",
    "</script><script>own()</script>",
    "</title><script>own()</script>",
    "</textarea><img src=x onerror=own()>",
    "</style><script>own()</script>",
    "--><script>own()</script>",
    "]]><script>own()</script>",
    "<img src=x onerror=own()>",
    "<img src=x onerror=own()//",
    "<img/src/onerror=own()>",
    "<svg onload=own()>",
    "<svg><script>own()</script></svg>",
    "<svg><animate onbegin=own() attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:own()'><text y=20>x</text></a></svg>",
    "<math><mi xlink:href='javascript:own()'>x</mi></math>",
    "<body onload=own()>",
    "<iframe src='javascript:parent.own()'></iframe>",
    "<iframe srcdoc='<script>parent.own()</script>'></iframe>",
    "<object data='javascript:own()'></object>",
    "<embed src='javascript:own()'>",
    "<link rel=stylesheet href='javascript:own()'>",
    "<meta http-equiv=refresh content='0;url=javascript:own()'>",
    "<base href='//evil.example/'>",
    "<form action='javascript:own()'><input type=submit autofocus onfocus=own()>",
    "<input autofocus onfocus=own()>",
    "<select autofocus onfocus=own()>",
    "<details open ontoggle=own()>x</details>",
    "<video><source onerror=own()></video>",
    "<audio src=x onerror=own()>",
    "<marquee onstart=own()>x</marquee>",
    "<style>@import 'javascript:own()';</style>",
    "<div style='background:url(javascript:own())'>x</div>",
    "<template><script>own()</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=own()>'>",
    "<a href='javascript:own()'>click</a>",
    "<b hx-trigger=load hx-get=/console hx-on:htmx:after:request=own()>",
    "<b hx-trigger=load hx-get='javascript:own()' hx-on:load=own()>",
    "<b hx-trigger='load[own()]' hx-get=/console hx-vals='js:{a: own()}'>",
    "javascript:own()",
    "data:text/html,<script>own()</script>",
    '" onmouseover="own()" x="',
    "' onmouseover='own()' x='",
    '" autofocus onfocus="own()" x="',
    "' autofocus onfocus='own()'",
    "`onmouseover=own()",
    '"><script>own()</script>',
    "'><script>own()</script>",
    "' ><svg onload=own()>",
    "\\'-own()-\\'",
    "\\u003cscript\\u003eown()\\u003c/script\\u003e",
    "&lt;script&gt;own()&lt;/script&gt;",
    "&#60;script&#62;own()&#60;/script&#62;",
    "%3Cscript%3Eown()%3C/script%3E",
    "+ADw-script+AD4-own()+ADw-/script+AD4-",
    "{{ own() }}",
    "{{ ''.__class__.__mro__ }}",
    "{% import os %}{{ os }}",
    "${own()}",
    "#{own()}",
    "<%= own() %>",
    "*/own()/*",
    "\u2028own()\u2029",
    "<\x00script>own()</script>",
    "<scr\x00ipt>own()</scr\x00ipt>",
    "\ufeff<script>own()</script>",
    "＜script＞own()＜/script＞",
    "a\u202egnp.exe",
    "data: own()\n\nevent: message\ndata: [{}]",
    "x\r\nSet-Cookie: own=1",
    "constructor",
    "__proto__",
    "𝓐" * 400,
    "Z\u0335\u0321\u0349\u0353" * 50,
)
# What begins an element, what of it runs by itself, and what stands before it to leave
# the place that the text was put into.
_ELEMENTS = (
    *("img src=x", "svg", "body", "video src=x", "audio src=x", "iframe src=x"),
    *("object data=x", "embed src=x", "input autofocus", "select autofocus"),
    *("textarea autofocus", "details open", "marquee", "style", "link rel=stylesheet"),
    *("form", "math", "a href=x", "table background=x", "custom-element tabindex=0"),
)
_RUNS = (
    *("onerror", "onload", "onfocus", "ontoggle", "onstart", "onpageshow"),
    *("onanimationstart style=animation:x", "onbeforetoggle popover"),
)
_LEAVES = (
    *("", '">', "'>", "</p>", "</code></li>", "</option></select>", "</textarea>"),
    *("</title>", "</script>", "</style>", "-->", "]]>", "&quot;>", "\x00>"),
)
ALL = 500


def _made() -> tuple[str, ...]:
    """Give all that can be put together, those unlike one another first."""
    told = sorted(
        product(range(len(_ELEMENTS)), range(len(_RUNS)), range(len(_LEAVES))),
        key=lambda at: (at[0] * 7 + at[1] * 11 + at[2] * 13) % 101,
    )
    return tuple(
        f"{_LEAVES[leave]}<{_ELEMENTS[element]} {_RUNS[run]}=own()>"
        for element, run, leave in told
    )


PAYLOADS = CHOSEN
if os.environ.get("HABITUE_TORTURE"):
    PAYLOADS = tuple(dict.fromkeys((*CHOSEN, *_made())))[:ALL]

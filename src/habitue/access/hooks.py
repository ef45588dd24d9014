"""Which sources take webhooks, from whom, and with which secrets.

What is set is a definition in the log; the secrets are not: they lie in the secret
store, go in and never come out.
"""

import asyncio
import re
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct, structs

from habitue.access.port import Definitions, SecretStore
from habitue.access.sources import Sources
from habitue.base.errors import InvalidError, NotFoundError
from habitue.base.ids import new_secret
from habitue.collect.port import Credential
from habitue.collect.webhooks import place
from habitue.collect.webhooks.library import STANDARD, Library
from habitue.collect.webhooks.port import Hook
from habitue.collect.webhooks.provider import TEXT_CHARS_MAX, Provider
from habitue.model.source import Source, Writer

WEBHOOK = "webhook"
# The newest and the one before it: so a secret is changed without a delivery lost.
SECRETS_MAX = 2
SECRET_CHARS_MAX = 8_000
_EXPECT_MAX = 10
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_URL = re.compile(r"https?://[^\s/?#]+(/[^\s#]*)?", re.ASCII)


class Hooked(Struct, frozen=True, kw_only=True):
    """What is set of a source's webhook: the whole text of its definition."""

    provider: str = STANDARD
    # A mapping of the source's own, as TOML, laid over the provider's file.
    mapping: str = ""
    # The address as the provider has it, where that is signed along.
    url: str = ""
    # Place -> what has to stand there, where a provider signs for everybody.
    expect: dict[str, str] = {}
    # Of amounts that come without one; "" where it is the shop's.
    currency: str = ""


class _Kept(Struct, frozen=True, kw_only=True):
    """The secrets of a source's webhook, as they lie in the store."""

    secrets: tuple[str, ...] = ()
    word: str = ""


class Hooks:
    """All webhooks, in memory; every change goes through the log first."""

    def __init__(
        self,
        definitions: Definitions,
        secrets: SecretStore,
        sources: Sources,
        library: Library,
        new_key: Callable[[], str] = new_secret,
    ) -> None:
        self._definitions = definitions
        self._secrets = secrets
        self._sources = sources
        self._library = library
        self._new_key = new_key
        self._hooked: dict[str, Hooked] = {}
        # By source: what its provider's file and its own mapping say together.
        self._providers: dict[str, tuple[Hooked, Provider]] = {}
        # By source, with the definition of the source that it was made for.
        self._hooks: dict[str, tuple[Source, Hook]] = {}
        self.reload()

    def reload(self) -> None:
        """Read what is defined; what stands in memory is replaced."""
        self._hooked = {
            one.name: msgspec.json.decode(one.body, type=Hooked)
            for one in self._definitions.definitions(WEBHOOK)
        }
        self._hooks = {}
        for name in self._hooked:
            # Here and not at the first delivery: reading a file takes its time.
            self.hook(name)

    def forget_files(self) -> None:
        """Go by the providers' files as they are now."""
        self._providers, self._hooks = {}, {}

    def get(self, name: str) -> Hooked:
        """Give what is set of a source's webhook."""
        found = self._hooked.get(name)
        if found is None:
            raise NotFoundError(f"The source '{name}' takes no webhooks.")
        return found

    def hook(self, source: str) -> Hook | None:
        """Give the hook of a source: what `collect` asks for at its door."""
        known, hooked = self._sources.get(source), self._hooked.get(source)
        if known is None or hooked is None:
            return None
        held = self._hooks.get(source)
        if held is None or held[0] is not known:
            made = self._made(known, hooked)
            if made is None:
                return None
            held = self._hooks[source] = (known, made)
        return held[1]

    def _made(self, source: Source, hooked: Hooked) -> Hook | None:
        try:
            provider = self._provider(source.name, hooked)
        except InvalidError:
            # A file that was taken away or broken; the list of providers says so.
            return None
        kept = self._kept(source.name)
        return Hook(
            credential=Credential(source=source, writer=Writer.SERVER, large=True),
            provider=provider,
            secrets=kept.secrets,
            word=kept.word,
            url=hooked.url,
            expect=hooked.expect,
            currency=hooked.currency,
        )

    def _provider(self, name: str, hooked: Hooked) -> Provider:
        held = self._providers.get(name)
        if held is None or held[0] != hooked:
            provider = self._library.read(hooked.provider, hooked.mapping)
            held = self._providers[name] = (hooked, provider)
        return held[1]

    def check(self, hooked: Hooked) -> Provider:
        """Refuse a webhook that can't work, with the way out; give its provider."""
        provider = self._library.read(hooked.provider, hooked.mapping)
        if len(hooked.mapping) > TEXT_CHARS_MAX or len(hooked.expect) > _EXPECT_MAX:
            raise InvalidError("That is more than a webhook's definition may hold.")
        if hooked.url and not _URL.fullmatch(hooked.url):
            raise InvalidError(
                f"'{hooked.url[:100]}' is no address; write it as the sender has it,"
                " like https://cdp.shop.example/hooks/shop."
            )
        if hooked.currency and not _CURRENCY.fullmatch(hooked.currency):
            raise InvalidError(
                f"'{hooked.currency[:20]}' is no currency; write its three letters,"
                " such as PLN."
            )
        for one in hooked.expect:
            place.parse(one)
        return provider

    async def put(self, name: str, hooked: Hooked) -> Provider:
        """Set a source's webhook; its secrets stay."""
        source = self._sources.get(name)
        if source is None:
            raise NotFoundError(f"There is no source '{name}'.")
        if source.kind is not Writer.SERVER:
            raise InvalidError(
                f"'{name}' is public; webhooks are a server's word, so they need a"
                " server source."
            )
        # A long mapping takes its time to read: beside the loop.
        provider = await asyncio.to_thread(self.check, hooked)
        self._providers[name] = (hooked, provider)
        await self._definitions.define(WEBHOOK, name, msgspec.json.encode(hooked))
        self._hooked[name] = hooked
        self._hooks.pop(name, None)
        return provider

    def add_secret(self, name: str, secret: str = "") -> str:
        """Give a webhook one more secret; the one before it goes on to verify.

        Without one, one is made. It is given back this once.
        """
        hooked = self.get(name)
        secret = secret or self._new_secret(name, hooked)
        check_secrets((secret,))
        kept = self._kept(name)
        others = [one for one in kept.secrets if one != secret]
        secrets = (secret, *others)[:SECRETS_MAX]
        self._keep(name, structs.replace(kept, secrets=secrets))
        return secret

    def set_secrets(self, name: str, secrets: Sequence[str]) -> None:
        """Let these secrets hold and no others, the newest first."""
        self.get(name)
        check_secrets(secrets)
        self._keep(name, structs.replace(self._kept(name), secrets=tuple(secrets)))

    def set_word(self, name: str, word: str) -> None:
        """Keep the word agreed on for a provider's handshake."""
        self.get(name)
        check_secrets((word,))
        self._keep(name, structs.replace(self._kept(name), word=word))

    def count_secrets(self, name: str) -> int:
        """Say how many secrets hold."""
        return len(self._kept(name).secrets)

    def has_word(self, name: str) -> bool:
        """Say whether a word was agreed on."""
        return bool(self._kept(name).word)

    def _new_secret(self, name: str, hooked: Hooked) -> str:
        provider = self._provider(name, hooked)
        coded = any(one.key_encoding == "base64" for one in provider.signatures)
        # 32 letters of base64 are 24 bytes of it.
        key = self._new_key()
        return "whsec_" + key.replace("-", "+").replace("_", "/") if coded else key

    def _kept(self, name: str) -> _Kept:
        raw = self._secrets.get(_secret_name(name))
        return _Kept() if raw is None else msgspec.json.decode(raw, type=_Kept)

    def _keep(self, name: str, kept: _Kept) -> None:
        self._secrets.put(_secret_name(name), msgspec.json.encode(kept))
        self._hooks.pop(name, None)


def check_secrets(secrets: Sequence[str]) -> None:
    """Refuse secrets that can't work or protect nothing, with the way out."""
    if len(secrets) > SECRETS_MAX:
        raise InvalidError(
            f"At most {SECRETS_MAX} secrets hold at a time: the new one, and the one"
            " before it."
        )
    for one in secrets:
        if not 6 <= len(one) <= SECRET_CHARS_MAX or not one.isascii():
            raise InvalidError(
                f"A secret has from 6 to {SECRET_CHARS_MAX} plain letters; take a long"
                " one that nobody can guess."
            )


def _secret_name(source: str) -> str:
    return f"webhook-{source}"

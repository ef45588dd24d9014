"""Makes .xlsx files cell by cell, good ones and ones that were never a spreadsheet."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
# Numbers of days as a date with its hour (1) and as a date (2).
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
    '<xf numFmtId="22"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)
TYPES = (
    f'<Types xmlns="{PACKAGE}content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension='
    '"xml" ContentType="application/xml"/></Types>'
)


def text(value):
    return ("", f' t="inlineStr"><is><t>{value}</t></is></c>')


def number(value, style=0):
    return (f' s="{style}"', f"><v>{value}</v></c>")


def shared(at):
    return ("", f' t="s"><v>{at}</v></c>')


def column(at):
    name = ""
    while at >= 0:
        at, name = at // 26 - 1, chr(65 + at % 26) + name
    return name


def row_xml(line, cells):
    told = "".join(
        f'<c r="{column(at)}{line}"{cell[0]}{cell[1]}'
        for at, cell in enumerate(cells)
        if cell is not None
    )
    return f'<row r="{line}">{told}</row>'


def rows_xml(rows, first=1):
    """Write rows of texts, numbers and whatever the makers above give."""
    return "".join(
        row_xml(line, [made(cell) for cell in row])
        for line, row in enumerate(rows, first)
    )


def made(cell):
    if cell is None or isinstance(cell, tuple):
        return cell
    return text(cell) if isinstance(cell, str) else number(cell)


def sheet_xml(data, head=""):
    return f'{head}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'


def book(*sheets, strings=(), properties="", more=(), names=()):
    """Give the bytes of a spreadsheet with these sheets' XML; more: other parts."""
    names = names or [f"Sheet{at}" for at in range(1, len(sheets) + 1)]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>'
        for at, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/worksheet"'
        f' Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}relationships"><Relationship'
        f' Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}relationships">'
        f"{related}</Relationships>",
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{at}.xml": xml for at, xml in enumerate(sheets, 1)},
    }
    if strings:
        items = "".join(f"<si><t>{one}</t></si>" for one in strings)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{items}</sst>'
    return zipped([*parts.items(), *more])


def zipped(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return file.getvalue()


def of_rows(*rows, **options):
    """Give the bytes of a spreadsheet of one sheet with these rows."""
    return book(sheet_xml(rows_xml(rows)), **options)

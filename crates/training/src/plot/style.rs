//! The one style sheet of every drawing and page.

/// How many colours series have before they repeat.
pub(super) const COLOURS: usize = 8;

/// Colours as variables, so that a dark screen only changes those; paper is light.
pub(super) const SHEET: &str = "
:root{--page:#fff;--ink:#1c2430;--faint:#5d6878;--grid:#dfe4ea;--panel:#f6f8fa;--heat:#2463b4;
--c0:#2463b4;--c1:#d0600c;--c2:#16835a;--c3:#b02f7a;--c4:#8a6d00;--c5:#5b4bc4;--c6:#0c7f96;--c7:#6f7680}
@media screen and (prefers-color-scheme:dark){:root{--page:#14181e;--ink:#e6eaf0;--faint:#9aa6b6;--grid:#303945;
--panel:#1b2129;--heat:#3b78d4;--c0:#6ea8ff;--c1:#ff9d5c;--c2:#4fd19a;--c3:#f082bd;--c4:#e0bf4a;
--c5:#a99cff;--c6:#56cbe0;--c7:#a9b1bb}}
svg{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif;font-size:12px}
svg text{fill:var(--ink)}svg .title{font-size:14px;font-weight:600}svg .faint{fill:var(--faint)}svg .small{font-size:10px}
svg .grid{stroke:var(--grid);stroke-width:1}svg .axis{stroke:var(--faint);stroke-width:1}
svg .line{fill:none;stroke-width:2;stroke-linejoin:round}svg .dash{stroke-dasharray:5 4}
svg .band{fill-opacity:.16;stroke:none}svg .whisker{stroke:var(--ink);stroke-width:1.2;stroke-opacity:.75}
svg .heat{fill:var(--heat)}svg .cell{stroke:var(--page);stroke-width:1}svg text.on{fill:#fff}
svg .dense{fill-opacity:.45}svg .crowd{fill-opacity:.14}svg .halo{paint-order:stroke;stroke:var(--page);
stroke-width:4px;stroke-linejoin:round}svg .page{fill:var(--page)}svg .slice{stroke:var(--page);stroke-width:1.5}
svg .h1{font-size:22px;font-weight:700}svg .h2{font-size:17px;font-weight:650}svg .strong{font-weight:600}
";

/// Fill and stroke classes of the series colours.
pub(super) fn sheet() -> String {
    let mut sheet = SHEET.to_owned();
    for i in 0..COLOURS {
        sheet += &format!("svg .f{i}{{fill:var(--c{i})}}svg .s{i}{{stroke:var(--c{i})}}");
    }
    sheet
}

//! The declarations of a style: of each property that counts, the value that wins.
//!
//! Names that stand for others are read as those: logical ones as in a text that runs from left to right, those of makers
//! without their prefix.

/// The properties that count, in the order of their values.
const PROPERTIES: [&str; 38] = [
    "display",
    "visibility",
    "opacity",
    "position",
    "left",
    "right",
    "top",
    "bottom",
    "text-indent",
    "margin-left",
    "margin-top",
    "width",
    "height",
    "max-width",
    "max-height",
    "overflow",
    "overflow-x",
    "overflow-y",
    "clip",
    "clip-path",
    "transform",
    "scale",
    "translate",
    "font-size",
    "color",
    "background",
    "background-color",
    "text-decoration",
    "text-decoration-line",
    "content-visibility",
    "filter",
    "inset",
    "inset-inline",
    "inset-block",
    "margin",
    "zoom",
    "vertical-align",
    "text-fill",
];

/// The declarations of a style.
pub(super) struct Declared<'s> {
    values: [Option<&'s str>; PROPERTIES.len()],
    important: u64,
}

/// The name by which a property is known here.
fn known(name: &str) -> &str {
    let name = ["-webkit-", "-moz-", "-ms-", "-o-"].iter().find_map(|maker| name.strip_prefix(maker)).unwrap_or(name);
    match name {
        "inset-inline-start" => "left",
        "inset-inline-end" => "right",
        "inset-block-start" => "top",
        "inset-block-end" => "bottom",
        "margin-inline-start" => "margin-left",
        "margin-block-start" => "margin-top",
        "inline-size" => "width",
        "block-size" => "height",
        "max-inline-size" => "max-width",
        "max-block-size" => "max-height",
        "text-fill-color" => "text-fill",
        other => other,
    }
}

impl<'s> Declared<'s> {
    pub(super) fn read(style: &'s str) -> Self {
        let mut declared = Self { values: [None; PROPERTIES.len()], important: 0 };
        for declaration in style.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let name = known(name.trim());
            let Some(at) = PROPERTIES.iter().position(|known| *known == name) else { continue };
            let (value, is_important) = match value.split_once('!') {
                Some((value, _)) => (value, true),
                None => (value, false),
            };
            if is_important || declared.important & (1 << at) == 0 {
                declared.values[at] = Some(value.trim());
                declared.important |= u64::from(is_important) << at;
            }
        }
        declared
    }

    pub(super) fn get(&self, name: &str) -> Option<&'s str> {
        PROPERTIES.iter().position(|known| *known == name).and_then(|at| self.values[at])
    }

    pub(super) fn is(&self, name: &str, values: &[&str]) -> bool {
        self.get(name).is_some_and(|value| values.contains(&value))
    }
}

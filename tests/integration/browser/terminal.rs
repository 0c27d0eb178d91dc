//! What the program writes into a terminal, as a page to be pictured.

/// A page that shows text with its colours (SGR sequences) as a terminal does.
pub(super) fn page(command: &str, written: &str) -> String {
    let mut body = format!("<span class=prompt>$</span> {}\n", escaped(command));
    let mut open = false;
    let mut rest = written;
    while let Some((text, after)) = rest.split_once("\u{1b}[") {
        body.push_str(&escaped(text));
        let Some((codes, after)) = after.split_once('m') else { break };
        if open {
            body.push_str("</span>");
        }
        let classes: Vec<String> =
            codes.split(';').filter(|code| !matches!(*code, "" | "0")).map(|code| format!("c{code}")).collect();
        open = !classes.is_empty();
        if open {
            body.push_str(&format!("<span class=\"{}\">", classes.join(" ")));
        }
        rest = after;
    }
    body.push_str(&escaped(rest));
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>terminal</title><style>{STYLE}</style><pre>{body}{}</pre></html>",
        if open { "</span>" } else { "" }
    )
}

const STYLE: &str = "html{background:#1b1a18}body{margin:0}pre{margin:0;padding:22px 26px;color:#e6e2da;\
    font:15px/1.45 'DejaVu Sans Mono',monospace;white-space:pre;display:inline-block}.prompt{color:#8d877c}.c1{font-weight:700}\
    .c2{color:#9b958a}.c31,.c91{color:#ff8a80}.c32,.c92{color:#7fd693}.c33,.c93{color:#f0c35a}.c34,.c94{color:#92c0ea}\
    .c35,.c95{color:#d7a6e8}.c36,.c96{color:#7fd1d6}.c4{text-decoration:underline}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

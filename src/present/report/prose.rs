//! The prose of criteria (Markdown) as HTML: paragraphs, lists, emphasis, code and links of the web; nothing else.
//!
//! Markup that stands in the Markdown is shown as text, so that a rule file of a user's own cannot bring a script into a
//! report.

use crate::present::text;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Markdown as HTML.
pub(crate) fn html(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() * 5 / 4);
    let mut links: Vec<bool> = Vec::new();
    for event in Parser::new_ext(markdown, Options::empty()) {
        match event {
            Event::Start(tag) => start(&tag, &mut links, &mut out),
            Event::End(tag) => end(tag, &mut links, &mut out),
            Event::Text(words) | Event::Html(words) | Event::InlineHtml(words) => escape(&words, &mut out),
            Event::Code(words) => {
                out.push_str("<code>");
                escape(&words, &mut out);
                out.push_str("</code>");
            }
            Event::SoftBreak => out.push(' '),
            Event::HardBreak => out.push_str("<br>"),
            _ => {}
        }
    }
    out
}

fn start(tag: &Tag<'_>, links: &mut Vec<bool>, out: &mut String) {
    match tag {
        Tag::Paragraph => out.push_str("<p>"),
        Tag::List(None) => out.push_str("<ul>"),
        Tag::List(Some(_)) => out.push_str("<ol>"),
        Tag::Item => out.push_str("<li>"),
        Tag::Emphasis => out.push_str("<em>"),
        Tag::Strong => out.push_str("<strong>"),
        Tag::CodeBlock(_) => out.push_str("<pre><code>"),
        Tag::Heading { .. } => out.push_str("<p><strong>"),
        Tag::Link { dest_url, .. } => {
            let link = text::link(dest_url);
            links.push(link.is_some());
            if let Some(address) = link {
                out.push_str("<a rel=\"noopener noreferrer\" href=\"");
                escape(address, out);
                out.push_str("\">");
            }
        }
        _ => {}
    }
}

fn end(tag: TagEnd, links: &mut Vec<bool>, out: &mut String) {
    match tag {
        TagEnd::Paragraph => out.push_str("</p>"),
        TagEnd::List(false) => out.push_str("</ul>"),
        TagEnd::List(true) => out.push_str("</ol>"),
        TagEnd::Item => out.push_str("</li>"),
        TagEnd::Emphasis => out.push_str("</em>"),
        TagEnd::Strong => out.push_str("</strong>"),
        TagEnd::CodeBlock => out.push_str("</code></pre>"),
        TagEnd::Heading(_) => out.push_str("</strong></p>"),
        TagEnd::Link if links.pop() == Some(true) => out.push_str("</a>"),
        _ => {}
    }
}

/// Writes text so that no letter of it is markup.
pub(crate) fn escape(words: &str, out: &mut String) {
    for letter in text::clean(words).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
}

/// Markdown as plain words on one line, for forms without markup.
pub(crate) fn words(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, Options::empty()) {
        match event {
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => {
                out.push_str(&words);
            }
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item) => out.push(' '),
            _ => {}
        }
    }
    text::line(&out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_kept_and_markup_is_text() {
        assert_eq!(
            html("A *b* `c<d`.\n\n- e\n- [f](https://f.example/?a&b)"),
            "<p>A <em>b</em> <code>c&lt;d</code>.</p><ul><li>e</li><li>\
             <a rel=\"noopener noreferrer\" href=\"https://f.example/?a&amp;b\">f</a></li></ul>"
        );
        assert_eq!(html("[x](javascript:alert(1))"), "<p>x</p>");
        assert!(!html("<script>alert(1)</script>\n\n<img src=x onerror=y>").contains("<script"), "shown as text");
        assert_eq!(words("A *b*\nc\n\n- d"), "A b c d");
    }

    proptest! {
        #[test]
        fn no_tag_comes_from_outside(markdown in any::<String>()) {
            let made = html(&markdown);
            for part in made.split('<').skip(1) {
                let name: String = part.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                let known = ["p", "ul", "ol", "li", "em", "strong", "pre", "code", "a", "br"];
                prop_assert!(known.contains(&name.as_str()), "{made}");
            }
        }
    }
}

//! Markdown to blocks: rendered to HTML and read as such, so that both give the same blocks.
//!
//! Markdown may hold HTML anyway. Metadata blocks at the top are left out; extensions other than tables, footnotes and
//! struck text stay as they are written.

use super::{Page, html};
use crate::document::Role;
use pulldown_cmark::{Options, Parser, html::push_html};

/// Reads a text in Markdown; `url` is the base of its links. Its title is its first heading.
pub(super) fn read(text: &str, url: Option<&str>) -> Page {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut rendered = String::with_capacity(text.len() * 5 / 4);
    push_html(&mut rendered, Parser::new_ext(text, options));
    let (mut page, _) = html::read(&rendered, url);
    let document = &mut page.document;
    let heading = document.blocks.iter().find(|block| matches!(block.role, Role::Heading(_)));
    document.title = heading.map(|block| document.text[block.span.clone()].to_owned());
    page.meta.title.clone_from(&document.title);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(Role, String)> {
        let document = read(text, None).document;
        document.blocks.iter().map(|block| (block.role, document.text[block.span.clone()].to_owned())).collect()
    }

    #[test]
    fn the_same_blocks_as_html() {
        let text = "---\nlayout: page\n---\n\nPrivacy\n=======\n\nWe collect *two*\nthings:\n\n- your name\n- your mail\n  1. home\n\n\
                    ## Storage\n\n| Data | Time |\n| --- | --- |\n| Name | 30 days |\n\nSee [our terms](/terms).<br>Ask <b>us</b>.\n";
        let expected = [
            (Role::Heading(1), "Privacy"),
            (Role::Paragraph, "We collect two things:"),
            (Role::Item(1), "your name"),
            (Role::Item(1), "your mail"),
            (Role::Item(2), "home"),
            (Role::Heading(2), "Storage"),
            (Role::Row, "Data\tTime"),
            (Role::Row, "Name\t30 days"),
            (Role::Paragraph, "See our terms.\nAsk us."),
        ];
        assert_eq!(blocks(text), expected.map(|(role, text)| (role, text.to_owned())));
        let page = read(text, Some("https://acme.example/privacy.md"));
        assert_eq!(page.document.title.as_deref(), Some("Privacy"));
        assert_eq!(page.links[0].url.as_deref(), Some("https://acme.example/terms"));
    }

    #[test]
    fn struck_text_is_left_out() {
        let text = |markdown: &str| blocks(markdown).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(text("We do ~~not~~ sell your data.\n"), ["We do sell your data."]);
        assert_eq!(text("- ~~We sell your data.~~\n- We keep a ~ b.\n"), ["We keep a ~ b."]);
    }

    #[test]
    fn hostile_markdown_ends() {
        for mark in ["> ", "[", "*a_", "- ", "`", "![", "|a", "<div>", "1. ", "\\", "[^1]", "&"] {
            let text = mark.repeat(20_000);
            assert!(read(&text, None).document.text.len() <= text.len() * 2, "{mark}");
        }
    }
}

//! The floor of what people and programs read: terminal, reports, pages, notices.

/// Notices by mail, webhook and feed.
pub(crate) mod notify;
/// Tables and trees on the terminal.
pub(crate) mod output;
/// Reports: HTML, PDF, CSV, Markdown, OSCAL, a static site.
pub(crate) mod report;
/// Text from outside made fit for a line, a page or a link.
pub(crate) mod text;
/// Web pages and the JSON API.
pub(crate) mod web;
/// Words of reports and pages per language.
pub(crate) mod words;

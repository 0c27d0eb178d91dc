//! `probity read`: what documents claim, with the passages.
//!
//! The tool's smallest useful job, and what its accuracy is measured on. It judges nothing: a claim is neither good nor
//! bad here.

use crate::app::network;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Format, Global, Read};
use crate::present::output::grid::{Cell, Column, Grid};
use crate::present::output::{COMMAND, FAINT, GOOD, HEADING, PARTIAL, POOR, Screen};
use probity_rules::claim::{ClaimId, Reading, State};
use probity_rules::document::{Document, Kind, Language};
use probity_rules::observation::Why;
use probity_rules::reader;
use probity_rules::text::{self, Hints, Page, Verdict};
use serde::Serialize;
use std::io::Read as _;
use std::ops::Range;
use std::path::Path;

/// Where a document came from, and its bytes or why there are none.
struct Fetched {
    source: String,
    media_type: Option<String>,
    url: Option<String>,
    bytes: Result<Vec<u8>, Unread>,
}

/// Why a document could not be read, and which exit code that is.
struct Unread {
    what: String,
    exit: Exit,
}

pub(crate) fn run(command: &Read, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let language = match &command.language {
        Some(tag) => Some(Language::from_tag(tag).ok_or_else(|| {
            Failure::new(format_args!("`{tag}` is no language")).next("give a code such as en, de or fr")
        })?),
        None => None,
    };
    let mut exit = Exit::Done;
    for name in &command.documents {
        let fetched = fetch(name, command, global)?;
        let hints = Hints {
            media_type: fetched.media_type.as_deref(),
            url: fetched.url.as_deref(),
            language,
            kind: Some(command.kind),
        };
        let page = fetched.bytes.and_then(|bytes| {
            text::read(&bytes, &hints).map_err(|error| Unread { what: error.to_string(), exit: Exit::Gaps })
        });
        match page {
            Ok(page) => {
                let readings = reader::read(&page.document, Some(command.kind));
                match command.format {
                    Format::Json => screen.json_line(&Answer::new(&fetched.source, command.kind, &page, &readings))?,
                    Format::Table => table(screen, &fetched.source, command.kind, &page, &readings)?,
                }
            }
            Err(Unread { what, exit: code }) => {
                Failure::new(format_args!("cannot read {}: {what}", fetched.source)).print();
                if command.format == Format::Json {
                    screen.json_line(&Refusal { document: Source { source: &fetched.source }, error: &what })?;
                }
                exit = if exit == Exit::Usage { exit } else { code };
            }
        }
    }
    Ok(exit)
}

/// The bytes of a file, of standard input, or of an address.
fn fetch(name: &str, command: &Read, global: &Global) -> Result<Fetched, Failure> {
    let unread = |error: std::io::Error| Unread { what: error.to_string(), exit: Exit::Usage };
    let of = |bytes| Fetched { source: name.to_owned(), media_type: None, url: None, bytes };
    if name.starts_with("https://") || name.starts_with("http://") {
        return fetch_address(name, command, global);
    }
    if name == "-" {
        let mut bytes = Vec::new();
        return Ok(of(std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes).map_err(unread)));
    }
    let bytes = std::fs::read(Path::new(name)).map_err(unread);
    // The suffix of a file tells its format where its bytes do not.
    Ok(Fetched { url: Some(name.to_owned()), ..of(bytes) })
}

/// One page through the door, with all its limits and refusals.
fn fetch_address(address: &str, command: &Read, global: &Global) -> Result<Fetched, Failure> {
    let config = Config::load(global)?;
    let net = network::door(&config.network(&command.network))?;
    let source = address.to_owned();
    Ok(match network::page(&net, address, command.language.clone())? {
        Ok(page) => Fetched { source, media_type: page.media_type, url: Some(page.url), bytes: Ok(page.bytes) },
        Err(gap) => Fetched { source, media_type: None, url: None, bytes: Err(Unread { what: gap, exit: Exit::Gaps }) },
    })
}

/// The object of one document, as `docs/formats.md` describes it.
#[derive(Serialize)]
struct Answer<'a> {
    document: Head<'a>,
    claims: Vec<Claim<'a>>,
}

#[derive(Serialize)]
struct Head<'a> {
    source: &'a str,
    kind: Kind,
    language: Option<String>,
    title: Option<&'a str>,
    words: usize,
    /// Why it does not look like the document that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<Gap<'a>>,
}

#[derive(Serialize)]
struct Gap<'a> {
    why: Why,
    detail: &'a str,
}

#[derive(Serialize)]
struct Claim<'a> {
    claim: ClaimId,
    state: State,
    confidence: f64,
    citations: Vec<Quote<'a>>,
    /// Where the opposite stands, when a document says both.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    against: Vec<Quote<'a>>,
}

#[derive(Serialize)]
struct Quote<'a> {
    quote: &'a str,
    start: usize,
    end: usize,
}

/// The object of a document that could not be read.
#[derive(Serialize)]
struct Refusal<'a> {
    document: Source<'a>,
    error: &'a str,
}

#[derive(Serialize)]
struct Source<'a> {
    source: &'a str,
}

impl<'a> Answer<'a> {
    fn new(source: &'a str, kind: Kind, page: &'a Page, readings: &[Reading]) -> Self {
        let document = &page.document;
        let claims = readings.iter().map(|reading| Claim {
            claim: reading.claim,
            state: reading.state,
            confidence: rounded(reading.confidence),
            citations: quotes(document, &reading.spans),
            against: quotes(document, &reading.against),
        });
        let gap = match &page.verdict {
            Verdict::Readable => None,
            Verdict::Gap { why, detail } => Some(Gap { why: *why, detail }),
        };
        let head = Head {
            source,
            kind,
            language: document.language.map(|language| language.code().to_owned()),
            title: document.title.as_deref(),
            words: document.text.split_whitespace().count(),
            gap,
        };
        Self { document: head, claims: claims.collect() }
    }
}

/// Three digits are more than the reader knows, and a `f32` would print as eight.
fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 1000.0).round() / 1000.0
}

fn quotes<'a>(document: &'a Document, spans: &[Range<usize>]) -> Vec<Quote<'a>> {
    let quote =
        |span: &Range<usize>| Some(Quote { quote: document.text.get(span.clone())?, start: span.start, end: span.end });
    spans.iter().filter_map(quote).collect()
}

fn table(screen: &mut Screen, source: &str, kind: Kind, page: &Page, readings: &[Reading]) -> Result<(), Failure> {
    let document = &page.document;
    let language =
        document.language.map_or_else(|| "language unknown".to_owned(), |language| language.code().to_owned());
    let words = document.text.split_whitespace().count();
    screen.line(format_args!(
        "{HEADING}{}{HEADING:#}{FAINT} · {kind} · {language} · {words} words{FAINT:#}",
        plain(source)
    ))?;
    if let Verdict::Gap { why, detail } = &page.verdict {
        screen.line(format_args!(
            "{POOR}this does not look like the document itself: {why}, {}{POOR:#}",
            plain(detail)
        ))?;
    }
    let mut grid =
        Grid::new([Column::words("claim"), Column::words("state"), Column::numbers("sure"), Column::text("passage")]);
    for reading in readings.iter().filter(|reading| matches!(reading.state, State::Stated | State::Denied)) {
        let (word, style) = if reading.state == State::Stated { ("stated", GOOD) } else { ("denied", PARTIAL) };
        let sure = format!("{:.0} %", reading.confidence * 100.0);
        let quote = |span: &Range<usize>| format!("“{}”", document.text.get(span.clone()).unwrap_or_default());
        let mut quotes = reading.spans.iter().map(quote);
        let first = quotes.next().unwrap_or_default();
        grid.row([reading.claim.as_str().into(), Cell::new(word, style), sure.into(), first.into()]);
        for quote in quotes {
            grid.row([Cell::default(), Cell::default(), Cell::default(), quote.into()]);
        }
        for quote in reading.against.iter().map(quote) {
            grid.row([Cell::default(), Cell::new("against", POOR), Cell::default(), quote.into()]);
        }
    }
    if !grid.is_empty() {
        screen.grid(&grid)?;
    }
    let count = |state| readings.iter().filter(|reading| reading.state == state).count();
    let (absent, unknown) = (count(State::Absent), count(State::Unknown));
    let unknown =
        if unknown > 0 { format!(", {unknown} unknown (a language that is not read)") } else { String::new() };
    screen.line(format_args!("{FAINT} {absent} of {} claims absent{unknown}{FAINT:#}\n", readings.len()))?;
    if readings.iter().all(|reading| reading.state == State::Unknown) {
        screen.line(format_args!("next: name the language if you know it: {COMMAND}--language de{COMMAND:#}"))?;
    }
    Ok(())
}

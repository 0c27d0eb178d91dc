//! How fast texts are read: HTML to text, HTML to claims, one policy, pages that are meant to hurt, the start.
//!
//! Time is CPU time of this thread (`/proc/thread-self/schedstat`), so that a busy machine matters less; it is not for
//! other systems than Linux. Pages and peers come by environment variables, and what is left out without them is said:
//! `PAGES` (a folder of HTML files), `TRAFILATURA` (a Python that has it), `HTML5EVER` (the program of
//! `benches/html5ever`). The peers are measured in the same run, in turn.
//!
//! The reader keeps what it found in sentences. Rates are those of one process that reads each page once, as the peers do: it
//! begins with nothing kept, and knows of a page what the pages before it have in common with it. "Each alone" forgets all
//! before each page; "read before" reads the same pages a second time.
//!
//! `PAGES=… cargo bench -p probity-rules --bench reader [-- start|growth|pages …]`

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use probity_rules::claim::State;
use probity_rules::document::Kind;
use probity_rules::reader;
use probity_rules::text::{self, Hints, Page};
use std::path::Path;
use std::process::Command;
use tikv_jemallocator::Jemalloc;

/// The memory of the program.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

const ROUNDS: usize = 9;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let asked = |part: &str| wanted.is_empty() || wanted.iter().any(|word| word == part);
    if asked("start") {
        start();
    }
    if asked("growth") {
        growth();
    }
    if !asked("pages") {
        return Ok(());
    }
    let Some(folder) = std::env::var_os("PAGES") else {
        println!("\nreal pages: left out, PAGES does not name a folder of HTML files");
        return Ok(());
    };
    let pages = pages(Path::new(&folder))?;
    rates(Path::new(&folder), &pages)?;
    policy(&pages);
    Ok(())
}

/// CPU time of this thread, in seconds.
fn now() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|time| time.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = now();
    let result = work();
    (now() - before, result)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn pages(folder: &Path) -> std::io::Result<Vec<Vec<u8>>> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|suffix| suffix == "html"));
    paths.sort();
    paths.iter().map(std::fs::read).collect()
}

fn text_of(bytes: &[u8]) -> Option<Page> {
    let hints = Hints { media_type: Some("text/html"), kind: Some(Kind::PrivacyPolicy), ..Hints::default() };
    text::read(bytes, &hints).ok()
}

/// The passages that are found in a page by a reader that has read nothing else.
fn claims_of(bytes: &[u8]) -> usize {
    reader::forget();
    claims_again(bytes)
}

fn claims_again(bytes: &[u8]) -> usize {
    let Some(page) = text_of(bytes) else { return 0 };
    let readings = reader::read(&page.document, Some(Kind::PrivacyPolicy));
    readings
        .iter()
        .filter(|reading| matches!(reading.state, State::Stated | State::Denied))
        .map(|reading| reading.spans.len())
        .sum()
}

/// What the first document costs: the tables of a language are built when it is first read.
fn start() {
    println!("## start");
    for text in [
        "We never sell the data of our users and that is what you can rely on.",
        "Wir verkaufen die Daten unserer Nutzer nicht und das ist so.",
        "Nous ne vendons pas les données de nos utilisateurs et vous pouvez compter sur cela.",
    ] {
        let (first, _) = timed(|| claims_of(format!("<p>{text}").as_bytes()));
        let (second, _) = timed(|| claims_of(format!("<p>{text}").as_bytes()));
        println!("first document {:>7.2} ms   second {:>7.3} ms   {}", first * 1e3, second * 1e3, &text[..20]);
    }
}

/// P5 and P7: megabytes of HTML a second, and the peers on the same pages.
fn rates(folder: &Path, pages: &[Vec<u8>]) -> Outcome {
    let megabytes = pages.iter().map(Vec::len).sum::<usize>() as f64 / 1e6;
    println!("\n## {} pages, {megabytes:.2} MB of HTML, {ROUNDS} rounds in turn, medians", pages.len());
    let [mut to_text, mut to_claims, mut alone, mut before, mut tree, mut peer] = [const { Vec::new() }; 6];
    let trafilatura = std::env::var_os("TRAFILATURA");
    let html5ever = std::env::var_os("HTML5EVER");
    for _ in 0..ROUNDS {
        to_text.push(
            timed(|| pages.iter().filter_map(|page| text_of(page)).map(|page| page.document.text.len()).sum::<usize>())
                .0,
        );
        alone.push(timed(|| pages.iter().map(|page| claims_of(page)).sum::<usize>()).0);
        reader::forget();
        to_claims.push(timed(|| pages.iter().map(|page| claims_again(page)).sum::<usize>()).0);
        before.push(timed(|| pages.iter().map(|page| claims_again(page)).sum::<usize>()).0);
        if let Some(program) = &html5ever {
            tree.push(seconds(Command::new(program).arg(folder))?);
        }
        if let Some(python) = &trafilatura {
            peer.push(seconds(Command::new(python).arg("-c").arg(SCRIPT).arg(folder))?);
        }
    }
    let rate = |name: &str, times: &[f64], left_out: &str| match times {
        [] => println!("{name:<34} left out: {left_out}"),
        times => println!("{name:<34} {:>8.1} MB/s", megabytes / median(times.to_vec())),
    };
    rate("HTML to text", &to_text, "");
    rate("HTML to claims with quotes", &to_claims, "");
    rate("the same, each alone", &alone, "");
    rate("the same, read before", &before, "");
    rate("html5ever, tree alone", &tree, "HTML5EVER names no program");
    rate("trafilatura, text alone", &peer, "TRAFILATURA names no Python");
    for (name, ours, theirs, goal) in [
        ("P5: text / trafilatura", &to_text, &peer, 20.0),
        ("P5: text / html5ever", &to_text, &tree, 0.5),
        ("P7: claims / trafilatura", &to_claims, &peer, 12.0),
    ] {
        // Round by round: a machine that is slow for a while is slow for both.
        let ratios: Vec<f64> = theirs.iter().zip(ours).map(|(theirs, ours)| theirs / ours).collect();
        if !ratios.is_empty() {
            let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
            println!("{name:<34} {:>8.2} x   (goal {goal}; least of {} rounds {least:.2})", median(ratios), ROUNDS);
        }
    }
    Ok(())
}

const SCRIPT: &str = "
import glob, sys, time, trafilatura
pages = [open(f, 'rb').read().decode('utf-8', 'replace') for f in sorted(glob.glob(sys.argv[1] + '/*.html'))]
trafilatura.extract(pages[0])
t = time.process_time()
for p in pages: trafilatura.extract(p, include_tables=True)
print(time.process_time() - t)
";

/// The seconds that a peer says it took.
fn seconds(command: &mut Command) -> Result<f64, Box<dyn std::error::Error>> {
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    said.parse()
        .map_err(|_| format!("the peer said no time: {said} {}", String::from_utf8_lossy(&output.stderr)).into())
}

/// The policy whose text is nearest to 30 kB.
fn policy(pages: &[Vec<u8>]) {
    let size = |page: &Vec<u8>| text_of(page).map_or(0, |page| page.document.text.len());
    let Some(page) = pages.iter().min_by_key(|page| size(page).abs_diff(30_000)) else { return };
    // The system counts a thread's time in ticks of some milliseconds: many readings for one figure.
    let many = 50;
    let time = |read: fn(&[u8]) -> usize| timed(|| (0..many).map(|_| read(page)).sum::<usize>()).0 / f64::from(many);
    let times = |read: fn(&[u8]) -> usize| median((0..ROUNDS).map(|_| time(read)).collect()) * 1e3;
    let (alone, again) = (times(claims_of), times(claims_again));
    let others = || pages.iter().filter(|other| *other != page).map(|other| claims_again(other)).sum::<usize>();
    let new = |_| {
        reader::forget();
        others();
        timed(|| claims_again(page)).0
    };
    let new = (0..many).map(new).sum::<f64>() / f64::from(many) * 1e3;
    println!(
        "\n## a policy of {} bytes of text ({} of HTML), all claims: new to a reader that has read other policies {new:.2} ms   \
         (goal 5), that has read nothing {alone:.2} ms, that has read it before {again:.2} ms",
        size(page),
        page.len()
    );
}

/// Pages that are meant to hurt, from one to ten megabytes: time must grow no faster than length.
fn growth() {
    println!("\n## hostile pages, seconds for 1, 2, 5 and 10 MB, and how much faster than length they grow");
    let word = "we share your personal data with partners and never sell them unless you agree ";
    let pages: [(&str, &str, &str); 12] = [
        ("nested elements", "", "<div><span>"),
        ("nested tables", "", "<table><tr><td>x"),
        ("one sentence", "<p>", word),
        ("one word", "<p>", "abcdefghij"),
        ("list items", "<ul>", "<li>your data"),
        ("headings", "", "<h2>Your data</h2>"),
        ("zero width", "<p>", "a\u{200b}\u{202e}\u{ad}b "),
        ("a table", "<table>", "<tr><td>purpose<td>we share your data with partners"),
        ("attributes", "<p ", "class=c id=x data-y=1 "),
        ("links", "", "<a href=/privacy>privacy</a> "),
        ("text", "<p>", "We share your data with partners. You have the right to erasure.</p><p>"),
        ("negations", "<p>", "not without never unless "),
    ];
    for (name, start, part) in pages {
        let times: Vec<f64> = [1, 2, 5, 10]
            .iter()
            .map(|megabytes| {
                let page = format!("<html><body>{start}{}", part.repeat(megabytes * 1_000_000 / part.len()));
                timed(|| claims_of(page.as_bytes())).0
            })
            .collect();
        let shown: Vec<String> = times.iter().map(|time| format!("{time:>7.3}")).collect();
        println!("{name:<18} {}   x {:.2}", shown.join(" "), times[3] / times[0] / 10.0);
    }
}

//! The report as Markdown, for tickets, wikis and repositories: the same parts as the HTML, without its prose of criteria.
//!
//! Text from outside is escaped so that none of it is markup.

use super::model::{Finding, Quote, Ranking, Report, Service};
use super::prose;
use crate::present::output::ranking::{light as sign, markdown_text};
use crate::present::text;
use crate::present::words::{self, words};
use std::fmt::Write as _;

/// Writes a report as Markdown.
pub(crate) fn markdown(report: &Report) -> String {
    let w = report.words;
    let mut out = String::new();
    let _ = writeln!(out, "# {}: {}\n", w.report, markdown_text(&super::html::heading(report)));
    for audit in &report.audits {
        let _ = writeln!(
            out,
            "- {} {} · {} {} · {} `{}` · {} {}",
            w.as_of,
            words::time(audit.head.as_of, report.lang),
            w.law_of,
            words::day(audit.head.law.day, report.lang),
            w.rules,
            text::line(&audit.head.tool.rules).replace('`', ""),
            markdown_text(&audit.head.tool.name),
            markdown_text(&audit.head.tool.version),
        );
    }
    let _ = writeln!(out, "\n> {}\n", report.standing());
    if report.services.len() > 1 {
        let _ = writeln!(out, "## {}\n", w.ranking);
        for ranking in &report.rankings {
            table(report, ranking, &mut out);
        }
    }
    for service in &report.services {
        self::service(report, service, &mut out);
    }
    exhibits(report, &mut out);
    ground(report, &mut out);
    out
}

fn table(report: &Report, ranking: &Ranking, out: &mut String) {
    let w = report.words;
    let _ = writeln!(out, "### {}\n", markdown_text(&ranking.title));
    let _ = write!(out, "| {} | {} | {} |", w.rank, w.service, w.light);
    if ranking.pointed {
        let _ = write!(out, " {} |", w.score);
    }
    for part in &ranking.parts {
        let _ = write!(out, " {} |", markdown_text(part));
    }
    let _ = write!(out, " {} | {} |\n| ---: | --- | --- |", w.known, w.why);
    out.push_str(if ranking.pointed { " ---: |" } else { "" });
    out.push_str(&" --- |".repeat(ranking.parts.len()));
    out.push_str(" ---: | --- |\n");
    for row in &ranking.rows {
        let rank = row.rank.map_or_else(|| "–".to_owned(), |rank| rank.to_string());
        let _ = write!(out, "| {rank} | {} | {} |", markdown_text(&row.name), lit(report, row.light));
        if ranking.pointed {
            let max = row.bar.map(|bar| format!(" / {}", bar.points.max)).unwrap_or_default();
            let _ = write!(out, " {}{max} |", row.points());
        }
        for part in &row.parts {
            let _ = write!(out, " {} |", lit(report, *part));
        }
        let reason = match &row.criterion {
            Some(criterion) => format!("**{}:** {}", markdown_text(criterion), markdown_text(&row.reason)),
            None => String::new(),
        };
        let _ = writeln!(out, " {} | {reason} |", words::percent(row.coverage));
    }
    out.push('\n');
}

/// Shape and word of a light.
fn lit(report: &Report, of: probity_rules::method::Light) -> String {
    let shape: String = sign(of).0.chars().take(1).collect();
    format!("{shape} {}", of.word(report.lang))
}

fn service(report: &Report, service: &Service, out: &mut String) {
    let w = report.words;
    let _ = writeln!(out, "## {}\n", markdown_text(&service.name));
    let _ =
        writeln!(out, "{} · {} {}", markdown_text(&service.category), w.seen, words::time(service.as_of, report.lang));
    if let Some(ended) = &service.ended {
        let _ = writeln!(out, "\n> {ended}");
    }
    for rating in &service.ratings {
        let _ = write!(
            out,
            "\n### {}: {} ({})",
            markdown_text(&rating.title),
            lit(report, rating.light),
            report.stands(&rating.state)
        );
        if let Some(bar) = rating.bar {
            let _ = write!(out, ", {}", bar.words());
        }
        let _ = writeln!(out, "\n\n{}: {} ({})", w.known, words::percent(rating.coverage), w.known_long);
        for (part, light) in &rating.parts {
            let _ = writeln!(out, "- {}: {}", markdown_text(part), lit(report, *light));
        }
        if let Some(note) = &rating.note {
            let _ = writeln!(out, "\n> {}", markdown_text(note));
        }
        if let Some((criterion, alone)) = &rating.settle {
            let alone = if *alone { format!(" {}", w.settle_alone) } else { String::new() };
            let _ = writeln!(out, "\n> {} **{}**.{alone}", w.settle, markdown_text(criterion));
        }
        for finding in &rating.findings {
            self::finding(report, finding, out);
        }
    }
    if !service.contradictions.is_empty() {
        let _ = writeln!(out, "\n### {}", w.contradictions);
    }
    for one in &service.contradictions {
        let _ = writeln!(out, "\n**{}**", markdown_text(&one.says));
        for (what, basis, quotes) in &one.sides {
            let _ = writeln!(out, "\n{} ({basis})", markdown_text(what));
            quotes.iter().for_each(|quote| self::quote(report, quote, out));
        }
    }
    if !service.gaps.is_empty() {
        let _ = writeln!(out, "\n### {}\n\n{}\n", w.gaps, w.gaps_note);
    }
    for gap in &service.gaps {
        let detail = if gap.detail.is_empty() { String::new() } else { format!(" ({})", markdown_text(&gap.detail)) };
        let _ = writeln!(out, "- {}: {}{detail}", markdown_text(&gap.target), gap.why);
    }
    out.push('\n');
}

fn finding(report: &Report, finding: &Finding, out: &mut String) {
    let w = report.words;
    let basis = if finding.basis.is_empty() { String::new() } else { format!(", {}", finding.basis) };
    let _ = writeln!(
        out,
        "\n#### {} — {}{basis} ({} {})\n\n{}",
        markdown_text(&finding.title),
        finding.grade.word(report.lang),
        w.weight,
        finding.weight,
        markdown_text(&finding.because)
    );
    if let Some(decided) = &finding.decided {
        let _ = writeln!(out, "\n**{}**", markdown_text(decided));
    }
    if !finding.missing.is_empty() {
        let _ = writeln!(out, "\n{}:\n", w.missing);
        for missing in &finding.missing {
            let _ = writeln!(out, "- {}", markdown_text(missing));
        }
    }
    finding.quotes.iter().for_each(|quote| self::quote(report, quote, out));
    if !finding.more.is_empty() {
        let more: Vec<_> = finding.more.iter().map(|number| format!("{} {number}", w.exhibit)).collect();
        let _ = writeln!(out, "\n{} {}", w.more_exhibits, more.join(", "));
    }
    if !finding.elsewhere.is_empty() {
        let _ = writeln!(out, "\n{}:", w.elsewhere);
        finding.elsewhere.iter().for_each(|quote| self::quote(report, quote, out));
    }
    if let Some(searched) = &finding.searched {
        let _ = writeln!(out, "\n{} {}", w.searched, markdown_text(searched));
    }
    for one in &finding.attested {
        let verb = if one.stated { w.vouched } else { w.vouched_not };
        let _ = writeln!(out, "\n{verb} {}, {}", markdown_text(&one.by), words::day(one.date, report.lang));
    }
    if let Some(why) = &finding.why {
        let _ = writeln!(out, "\n{}: {}", w.why_matters, markdown_text(&plain(why)));
    }
}

/// The words of prose that is HTML of our own making.
fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut within = false;
    for letter in html.chars() {
        match letter {
            '<' => within = true,
            '>' if within => {
                within = false;
                out.push(' ');
            }
            letter if !within => out.push(letter),
            _ => {}
        }
    }
    for (entity, letter) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        out = out.replace(entity, letter);
    }
    text::line(&out)
}

fn quote(report: &Report, quote: &Quote, out: &mut String) {
    let w = report.words;
    let part = |text: &str| markdown_text(&text::line(text));
    let before = if quote.before.is_empty() { String::new() } else { format!("{} ", part(&quote.before)) };
    let after = if quote.after.is_empty() { String::new() } else { format!(" {}", part(&quote.after)) };
    let cut = if quote.cut { "…" } else { "" };
    let _ = writeln!(
        out,
        "\n> {before}**{}{cut}**{after}\n>\n> {} {} · {} · {}",
        part(&quote.passage),
        w.exhibit,
        quote.exhibit,
        part(&quote.place),
        words::day(words::date(quote.captured), report.lang)
    );
}

fn exhibits(report: &Report, out: &mut String) {
    let w = report.words;
    if report.exhibits.is_empty() {
        return;
    }
    let _ = writeln!(out, "## {}\n\n{}", w.exhibits, w.exhibits_note);
    for exhibit in &report.exhibits {
        let cut = if exhibit.cut { "…" } else { "" };
        let _ = writeln!(
            out,
            "\n**{} {}** · {} · {} · `{}`\n\n> {}{cut}",
            w.exhibit,
            exhibit.number,
            markdown_text(&exhibit.url),
            words::time(exhibit.captured, report.lang),
            text::line(&exhibit.record).replace('`', ""),
            markdown_text(&text::line(&exhibit.quote))
        );
    }
    out.push('\n');
}

fn ground(report: &Report, out: &mut String) {
    let w = words(report.lang);
    let _ = writeln!(out, "## {}\n\n{}\n", w.methods, w.method_note);
    for method in &report.methods {
        let _ =
            writeln!(out, "- **{}**: {}", markdown_text(&method.title), markdown_text(&prose::words(&method.reading)));
    }
    let _ = writeln!(out, "\n## {}\n", w.limits);
    for (en, de) in words::LIMITS {
        let _ = writeln!(out, "- {}", if report.lang == probity_rules::sentence::Lang::En { en } else { de });
    }
    let _ = writeln!(out, "\n## {}\n\n{}\n", w.replay, w.replay_note);
    for audit in &report.audits {
        let _ = writeln!(
            out,
            "```console\nprobity audit --replay {} --as-of {} --format json\n```",
            audit.archive, audit.head.as_of
        );
        for database in &audit.head.geoip {
            let whom =
                database.attribution.as_ref().map(|whom| format!(": {}", markdown_text(whom))).unwrap_or_default();
            let _ =
                writeln!(out, "- {}, {}{whom}", markdown_text(&database.name), words::day(database.date, report.lang));
        }
    }
    let _ = writeln!(out, "\n{}", w.databases_note);
}

//! Full stops that end no sentence: abbreviations, ordinals, initials, numbers of headings.
//!
//! Lists of what is common in legal texts; a rare abbreviation before a capital still cuts a sentence in two.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words to look up.
type List = LazyLock<HashSet<&'static str>>;

/// The words between the spaces.
fn list(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// Abbreviations that never end a sentence: something belongs to them. In lower case, without the last stop.
static OPEN: List = LazyLock::new(|| {
    list(
        "abs abschn absch adr al anl anm approx aufl av bd betr bspw bzgl bzw c.-à-d ca cf cfr d.h dept dipl \
         dipl.-ing div dr e.g einschl entspr env evtl ex exkl gem ggf ggfs grds hon hr hrsg i.d.r i.e i.s.d i.s.v \
         i.v.m incl inkl insb insbes jew lit lt max mgr min mind mio mlle mm mme mr mrd mrs ms o.g p.ex par para \
         paras pgs prof rdnr resp rn rz sog sr str s.o s.u tel tél telef tlf u.a u.u vgl vs z.b z.t zb ziff zit \
         zzgl zzt réf ref attn blvd ave mwst ust-idnr ust-id-nr umsatzsteuer-identifikationsnr hrb-nr jan feb \
         févr fév janv febr apr avr jun juil jul aug sep sept okt oct nov dez dec déc geb gest postf fn ivm idr \
         isd isv bsp eidg kath",
    )
});

/// Abbreviations before a number; without one they may be words (`state of the art`).
static NUMBERED: List =
    LazyLock::new(|| list("art arts no nos sec sect fig vol cl p pp abb chap kap ch clause item op annex anh nr nrn"));

/// Abbreviations that may also be the last word of a sentence.
static CLOSED: List = LazyLock::new(|| {
    list(
        "etc usw usf inc ltd co corp llc plc bros gmbh ag kg s.a s.à.r.l sàrl s.a.r.l s.a.s b.v n.v s.p.a s.r.l \
         e.v e.k a.m p.m u.s u.k e.u u.s.a ff f o.ä u.ä o.dgl u.dgl dgl d.c l.l.c l.p pty pvt intl seq ivass assn",
    )
});

/// Words that begin sentences and hardly stand after an abbreviation within one.
static STARTERS: List = LazyLock::new(|| {
    list(
        "A All An Any As At By For From He How However If In It Its No Our Please She Some Such That The Their \
         There These They This Those To Under We What When Where Which While With You Your Aber Alle Auch Auf Bei \
         Da Daher Das Dazu Der Des Die Dies Diese Dieser Dieses Durch Ein Eine Er Es Falls Für Hierbei Hierzu Ihr \
         Ihre Im Mit Nach Ohne Rechtsgrundlage Sie Sofern Soweit Und Unser Unsere Weitere Wenn Wir Zu Zur Zum À \
         Au Aux Avec Ce Ces Cet Cette Dans De Elle En Il Ils Le Les La Nos Notre Nous Par Pour Si Sur Toute Un \
         Une Vos Votre Vous",
    )
});

/// Whether a word hardly stands but at the start of a sentence.
pub(super) fn starts(word: &str) -> bool {
    word.len() > 1 && !matches!(word, "At" | "In" | "No" | "It" | "As" | "Da" | "Es") && STARTERS.contains(word)
}

/// Abbreviations that something always belongs to, whatever the word after them looks like.
static LED: List = LazyLock::new(|| {
    list(
        "approx bspw bzgl bzw c.-à-d cf d.h dr e.g einschl ggf gem i.d.r i.e incl inkl insb insbes m mlle mm mme \
         mr mrs ms p.ex prof sog u.a vgl vs z.b zb",
    )
});

/// German months, which stand after the number of a day.
static MONTHS: List = LazyLock::new(|| {
    list(
        "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jan Feb Mär \
         Apr Jun Jul Aug Sep Sept Okt Nov Dez",
    )
});

/// Words before an ordinal number.
static BEFORE_ORDINALS: List = LazyLock::new(|| {
    list("ab am beim bis das dem den der des die im ins jede jeden jeder jedes mit seit vom vor zum zur")
});

/// Whether a sentence goes on after a full stop. `before` is the end of the sentence up to the stop, or all of it where
/// it `is_whole`; `after` is what follows, from its first letter or digit on.
pub(super) fn goes_on(before: &str, is_whole: bool, after: &str) -> bool {
    let is_border =
        |character: char| character.is_whitespace() || matches!(character, '(' | '/' | '„' | '"' | '\'' | '’');
    let word = before.rsplit(is_border).next();
    let Some(word) = word.filter(|word| !word.is_empty()) else { return false };
    let next = after.split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
    let is_first_word = is_whole && word.len() == before.trim_start_matches(['(', '„', '"']).len();
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return is_number_within(before, word, next, is_first_word);
    }
    if is_first_word && is_mark(word) {
        return true;
    }
    let mut characters = word.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        // An initial or a part of `z. B.`; but `Vitamin C. The` is the end.
        let title = only == 'M' && matches!(next, "Le" | "La" | "De" | "Des" | "Du" | "Les");
        return only.is_alphabetic() && (!STARTERS.contains(next) || title || is_spaced(before));
    }
    let lower = word.to_lowercase();
    let lower = lower.trim_start_matches(['-', '–']);
    if NUMBERED.contains(lower) {
        let is_number =
            next.starts_with(|first: char| first.is_ascii_digit()) || next.bytes().all(|byte| b"IVX".contains(&byte));
        return is_number && !next.is_empty() || lower == "nr";
    }
    if OPEN.contains(lower) || word == "St" || lower.ends_with("str") || lower.ends_with("nr") {
        // In French a sentence can end with `ms` or `p`, in all three a word can be the last: then a starter follows.
        return !STARTERS.contains(next)
            || LED.contains(lower)
            || lower == "ex" && before.len() > 4 && before[..before.len() - 2].trim_end().ends_with("p.");
    }
    // `EU-U.S.`, `E.U.-U.S.`: the last of the joined ones counts.
    let lower = lower.rsplit(['-', '–', '‑']).next().unwrap_or(lower);
    if CLOSED.contains(lower) {
        return !STARTERS.contains(next);
    }
    // Letters with stops between them, as in `S.à r.l.` or `i.S.v.`
    lower.contains('.') && lower.split('.').all(|part| part.chars().count() < 3) && !STARTERS.contains(next)
}

/// `z. B.`, `d. h.`, `i. e.`: a small letter with a stop stands before the last one.
fn is_spaced(before: &str) -> bool {
    let mut letters = before.chars().rev();
    let _last = letters.next();
    let mut letters = letters.skip_while(|letter| letter.is_whitespace());
    letters.next() == Some('.')
        && letters.next().is_some_and(char::is_lowercase)
        && letters.next().is_none_or(|letter| !letter.is_alphanumeric())
}

/// A number before the stop: that of a day or a heading, an ordinal, or the last word.
fn is_number_within(before: &str, number: &str, next: &str, is_first_word: bool) -> bool {
    if is_first_word {
        return number.len() < 4;
    }
    if number.len() > 3 {
        return false;
    }
    let before = before[..before.len() - number.len()].trim_end();
    if MONTHS.contains(next) || before.ends_with([':', ';', ',']) {
        return true;
    }
    let last = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    number.len() < 3 && BEFORE_ORDINALS.contains(last.to_lowercase().as_str()) && !STARTERS.contains(next)
}

/// `a`, `iv`, `2.3`: the mark of a heading or item at its start.
fn is_mark(word: &str) -> bool {
    word.split('.').all(|part| part.len() < 3 && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        || word.chars().count() == 1
        || word.len() < 6 && word.bytes().all(|byte| matches!(byte.to_ascii_lowercase(), b'i' | b'v' | b'x'))
}

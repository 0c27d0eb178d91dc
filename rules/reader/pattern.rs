//! The pattern language: from a line of text to a tree. The reference stands in the `reader` module's documentation.
//!
//! It resolves word classes (`@name`) and folds words as [`token`](super::token) folds texts. It does not match.

use super::token::{Words, fold, is_single, shape};
use crate::document::Kind;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a token must be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Atom {
    /// This folded word.
    Exact(String),
    /// Begins so.
    Prefix(String),
    /// Ends so.
    Suffix(String),
    /// Holds this.
    Infix(String),
    /// Written exactly so.
    Raw(String),
    /// Has all these bits of shape.
    Shape(u8),
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// One token out of a set.
    Set(Rc<[Atom]>),
    /// One after another.
    Seq(Vec<Node>),
    /// One of several.
    Alt(Vec<Node>),
    /// There or not.
    Opt(Box<Node>),
    /// Up to so many tokens of any kind.
    Gap(u8),
    /// The sentence begins here.
    Start,
    /// The sentence ends here.
    End,
    /// A colon stands here.
    Colon,
}

/// How much a match says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// No evidence: the matter is spoken of, and what is said of it only a person can tell.
    Mention,
    /// Needs company: a second passage or a fitting heading.
    Weak,
    /// The first or second half: enough with the other half anywhere in the document.
    Half(u8),
    /// Enough alone.
    Strong,
}

/// What a match says about the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// It is stated.
    Stated,
    /// It is denied.
    Denied,
    /// Nothing.
    Nothing,
}

/// Where a condition looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// Any heading over the sentence, or the document's title.
    Under,
    /// The lead-in that the item hangs on.
    Lead,
    /// Up to three sentences before or after, under the same heading.
    Near,
    /// One of the next six sentences under the same heading; the citation reaches to it.
    Then,
    /// The document's title or first heading.
    Title,
}

/// A condition in braces.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    /// Where it looks.
    pub place: Where,
    /// Whether it must not be there.
    pub not: bool,
    /// What it looks for.
    pub node: Node,
}

/// One line of a claim file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    /// How much a match says.
    pub strength: Strength,
    /// What a match says.
    pub says: Says,
    /// What must stand in the sentence; the first leads.
    pub all: Vec<Node>,
    /// What must not.
    pub none: Vec<Node>,
    /// Conditions on what stands around the sentence.
    pub conditions: Vec<Condition>,
    /// Only in documents of these kinds; empty for any.
    pub kinds: Vec<Kind>,
    /// Flags in braces.
    pub flags: Flags,
}

/// What a line switches off or on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags {
    /// `{heading}`: headings are read, too.
    pub heading: bool,
    /// `{any actor}`: also where it is the user's or customer's duty.
    pub any_actor: bool,
    /// `{plain}`: negation in the sentence changes nothing.
    pub plain: bool,
    /// `{definition}`: definitions count.
    pub definition: bool,
    /// `{question}`: questions count.
    pub question: bool,
}

/// The word classes known so far: a file's own, over those of the lexicon.
#[derive(Debug, Default)]
pub(super) struct Classes<'a> {
    own: BTreeMap<String, Node>,
    base: Option<&'a Classes<'a>>,
}

impl<'a> Classes<'a> {
    /// No classes of one's own over others.
    pub(super) fn over(base: &'a Classes<'a>) -> Self {
        Self { own: BTreeMap::new(), base: Some(base) }
    }

    /// The class of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.own.get(name).or_else(|| self.base.and_then(|base| base.get(name)))
    }

    /// Adds a class, in place of one of the same name.
    pub(super) fn insert(&mut self, name: String, node: Node) {
        self.own.insert(name, node);
    }
}

/// Reads a line of patterns.
pub(super) fn rule(line: &str, classes: &Classes<'_>) -> Result<Rule, String> {
    let (body, says) = match line.split_once("->") {
        None => (line, Says::Stated),
        Some((body, "")) => return Err(format!("expected `stated` or `denied` after `->` of `{}`", body.trim())),
        Some((body, word)) => (
            body,
            match word.trim() {
                "stated" => Says::Stated,
                "denied" => Says::Denied,
                other => return Err(format!("expected `-> stated` or `-> denied`, not `{other}`")),
            },
        ),
    };
    let body = body.trim();
    let marks = [("?", Strength::Weak), ("1/2 ", Strength::Half(1)), ("2/2 ", Strength::Half(2))];
    let (body, strength) = marks
        .iter()
        .find_map(|(mark, strength)| body.strip_prefix(mark).map(|body| (body, *strength)))
        .unwrap_or((body, Strength::Strong));
    let mut rule =
        Rule { strength, says, all: vec![], none: vec![], conditions: vec![], kinds: vec![], flags: Flags::default() };
    let mut cursor = Cursor { text: body, at: 0, classes };
    loop {
        match cursor.peek() {
            None => break,
            Some('&') => cursor.at += 1,
            Some('!') => {
                cursor.at += 1;
                let node = cursor.item()?.ok_or("expected a pattern after `!`")?;
                rule.none.push(node);
                if !matches!(cursor.peek(), None | Some('&' | '!' | '{')) {
                    return Err("after `!` stands one word or a pattern in parentheses: `! (a ..2 b)`".to_owned());
                }
            }
            Some('{') => {
                cursor.at += 1;
                let end = cursor.text[cursor.at..].find('}').ok_or("expected `}`")? + cursor.at;
                condition(&cursor.text[cursor.at..end], classes, &mut rule)?;
                cursor.at = end + 1;
            }
            Some('|') => return Err("alternatives stand in parentheses: `(a|b)`".to_owned()),
            Some(_) => {
                let node = cursor.sequence()?;
                if !consumes(&node) {
                    return Err("a pattern needs at least one word that must be there".to_owned());
                }
                rule.all.push(node);
            }
        }
    }
    if rule.all.is_empty() {
        return Err("expected a pattern: words that must be there".to_owned());
    }
    Ok(rule)
}

/// Reads a line of what counts as a mention: anywhere in the text, whatever stands around it.
pub(super) fn mention(line: &str, classes: &Classes<'_>) -> Result<Rule, String> {
    let mut rule = rule(line, classes)?;
    if rule.strength != Strength::Strong || rule.says != Says::Stated {
        return Err("a mention is neither weak nor half, and denies nothing".to_owned());
    }
    rule.strength = Strength::Mention;
    rule.flags = Flags { heading: true, any_actor: true, plain: true, definition: true, question: true };
    Ok(rule)
}

/// Reads alternatives as they stand in a class, a condition or a list of headings.
pub(super) fn alternatives(text: &str, classes: &Classes<'_>) -> Result<Node, String> {
    let mut cursor = Cursor { text, at: 0, classes };
    let node = cursor.alternatives()?;
    match cursor.peek() {
        Some(other) => Err(format!("unexpected `{other}` in `{text}`")),
        None if !consumes(&node) => Err(format!("`{text}` matches nothing or everything")),
        None => Ok(node),
    }
}

fn condition(text: &str, classes: &Classes<'_>, rule: &mut Rule) -> Result<(), String> {
    let text = text.trim();
    match text {
        "heading" => rule.flags.heading = true,
        "any actor" => rule.flags.any_actor = true,
        "plain" => rule.flags.plain = true,
        "definition" => rule.flags.definition = true,
        "question" => rule.flags.question = true,
        _ => {
            let expected = "expected {under: …}, {lead: …}, {near: …}, {then: …}, {title: …} (each also with `not`), {in: kinds}, \
                            {heading}, {any actor}, {plain}, {definition} or {question}";
            let (name, body) = text.split_once(':').ok_or_else(|| format!("{expected}; not {{{text}}}"))?;
            let (not, name) = match name.trim().strip_prefix("not ") {
                Some(name) => (true, name.trim()),
                None => (false, name.trim()),
            };
            let place = match name {
                "under" => Where::Under,
                "lead" => Where::Lead,
                "near" => Where::Near,
                "then" => Where::Then,
                "title" => Where::Title,
                "in" if !not => {
                    for kind in body.split_whitespace() {
                        rule.kinds.push(kind.parse()?);
                    }
                    return Ok(());
                }
                _ => return Err(format!("{expected}; not {{{text}}}")),
            };
            rule.conditions.push(Condition { place, not, node: alternatives(body, classes)? });
        }
    }
    Ok(())
}

/// Whether a node must consume at least one token.
pub(super) fn consumes(node: &Node) -> bool {
    match node {
        Node::Set(_) => true,
        Node::Seq(parts) => parts.iter().any(consumes),
        Node::Alt(branches) => !branches.is_empty() && branches.iter().all(consumes),
        Node::Opt(_) | Node::Gap(_) | Node::Start | Node::End | Node::Colon => false,
    }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
    classes: &'a Classes<'a>,
}

impl Cursor<'_> {
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }

    fn alternatives(&mut self) -> Result<Node, String> {
        let mut branches = vec![self.sequence()?];
        while self.peek() == Some('|') {
            self.at += 1;
            branches.push(self.sequence()?);
        }
        Ok(union(branches))
    }

    fn sequence(&mut self) -> Result<Node, String> {
        let mut parts = Vec::new();
        while let Some(part) = self.item()? {
            match part {
                Node::Seq(inner) => parts.extend(inner),
                other => parts.push(other),
            }
        }
        match parts.len() {
            0 => Err(format!("expected a word at `{}`", &self.text[self.at..])),
            1 => Ok(parts.remove(0)),
            _ => Ok(Node::Seq(parts)),
        }
    }

    fn item(&mut self) -> Result<Option<Node>, String> {
        let Some(next) = self.peek() else { return Ok(None) };
        let node = match next {
            '|' | ')' | ']' | '&' | '!' | '{' => return Ok(None),
            '(' => self.bracket(')')?,
            '[' => Node::Opt(Box::new(self.bracket(']')?)),
            '^' => self.single(Node::Start),
            '$' => self.single(Node::End),
            ':' => self.single(Node::Colon),
            '<' => self.built_in()?,
            '@' => {
                self.at += 1;
                let name = self.take(|character| character.is_ascii_alphanumeric() || character == '-').to_owned();
                self.classes.get(&name).cloned().ok_or_else(|| format!("unknown word class `@{name}`"))?
            }
            '.' if self.text[self.at..].starts_with("..") => self.gap()?,
            _ => self.word()?,
        };
        Ok(Some(node))
    }

    fn single(&mut self, node: Node) -> Node {
        self.at += 1;
        node
    }

    fn bracket(&mut self, close: char) -> Result<Node, String> {
        self.at += 1;
        let node = self.alternatives()?;
        if self.peek() != Some(close) {
            return Err(format!("expected `{close}` at `{}`", &self.text[self.at..]));
        }
        self.at += 1;
        Ok(node)
    }

    fn take(&mut self, of: impl Fn(char) -> bool) -> &str {
        let rest = &self.text[self.at..];
        let end = rest.find(|character| !of(character)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn gap(&mut self) -> Result<Node, String> {
        let dots = self.take(|character| character == '.').len();
        let figures = self.take(|character| character.is_ascii_digit());
        match (dots, figures) {
            (2, "") => Ok(Node::Gap(6)),
            (3, "") => Ok(Node::Gap(16)),
            (2, figures) => figures
                .parse()
                .ok()
                .filter(|width| (1..=60).contains(width))
                .map(Node::Gap)
                .ok_or_else(|| format!("a gap is 1 to 60 tokens wide, not {figures}")),
            _ => Err("expected `..` (up to 6 tokens), `...` (up to 16) or `..N`".to_owned()),
        }
    }

    fn built_in(&mut self) -> Result<Node, String> {
        self.at += 1;
        let name = self.take(|character| character != '>').to_owned();
        self.at = (self.at + 1).min(self.text.len());
        let bits = match name.as_str() {
            "number" => shape::NUMBER,
            "year" => shape::YEAR,
            "date" => shape::DATE,
            "email" => shape::EMAIL,
            "url" => shape::URL,
            "capital" => shape::CAPITAL,
            "provider" => shape::PROVIDER,
            _ => {
                return Err(format!(
                    "unknown token class `<{name}>`; known: number, year, date, email, url, capital, provider"
                ));
            }
        };
        Ok(one(Atom::Shape(bits)))
    }

    fn word(&mut self) -> Result<Node, String> {
        let special = |character: char| {
            character.is_whitespace()
                || matches!(
                    character,
                    '(' | ')' | '[' | ']' | '|' | '&' | '!' | '{' | '}' | '^' | '$' | ':' | '<' | '>' | '@' | ',' | ';'
                )
        };
        let written = self.take(|character| !special(character)).to_owned();
        if written.is_empty() {
            return Err(format!("unexpected `{}`", &self.text[self.at..]));
        }
        if let Some(raw) = written.strip_prefix('=') {
            return Ok(one(Atom::Raw(raw.to_owned())));
        }
        let (open_start, inner) = match written.strip_prefix('*') {
            Some(inner) => (true, inner),
            None => (false, written.as_str()),
        };
        let (open_end, inner) = match inner.strip_suffix('*') {
            Some(inner) => (true, inner),
            None => (false, inner),
        };
        let atom = |folded: String, open_start: bool, open_end: bool| {
            one(match (open_start, open_end) {
                (false, false) => Atom::Exact(folded),
                (false, true) => Atom::Prefix(folded),
                (true, false) => Atom::Suffix(folded),
                (true, true) => Atom::Infix(folded),
            })
        };
        // Letters are one word, unless they are two that are written together.
        if inner.bytes().all(|byte| byte.is_ascii_alphabetic()) && !inner.is_empty() && is_single(inner) {
            return Ok(atom(fold(inner), open_start, open_end));
        }
        let mut words = Words::default();
        let mut tokens = Vec::new();
        words.cut(inner, 0, &mut tokens);
        let last = tokens.len().checked_sub(1).ok_or_else(|| format!("`{written}` holds no word"))?;
        let mut nodes: Vec<Node> = tokens
            .iter()
            .enumerate()
            .map(|(place, token)| {
                let folded = words.list[token.word as usize].folded.to_string();
                atom(folded, open_start && place == 0, open_end && place == last)
            })
            .collect();
        if nodes.len() == 1 { Ok(nodes.remove(0)) } else { Ok(Node::Seq(nodes)) }
    }
}

/// The set of one atom.
fn one(atom: Atom) -> Node {
    Node::Set(Rc::from([atom]))
}

/// Alternatives, with all that are one token joined to one set.
fn union(mut branches: Vec<Node>) -> Node {
    if let [Node::Set(_)] = branches[..] {
        return branches.remove(0);
    }
    let mut atoms = Vec::new();
    let mut rest = Vec::new();
    for branch in branches {
        match branch {
            Node::Set(more) => atoms.extend(more.iter().cloned()),
            Node::Alt(inner) => {
                for node in inner {
                    match node {
                        Node::Set(more) => atoms.extend(more.iter().cloned()),
                        other => rest.push(other),
                    }
                }
            }
            other => rest.push(other),
        }
    }
    atoms.sort();
    atoms.dedup();
    if !atoms.is_empty() {
        rest.push(Node::Set(atoms.into()));
    }
    if rest.len() == 1 { rest.remove(0) } else { Node::Alt(rest) }
}

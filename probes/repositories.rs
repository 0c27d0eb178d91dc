//! The source code of a service: whether its repositories exist, under which licence, and whether they are cared for.
//!
//! It asks the forges' programming interfaces (GitHub, GitLab, Forgejo and Gitea) for what is declared; where nothing is
//! declared, for the repositories that the service's own pages link and that bear its name. It cannot know whether the
//! code that is public is the code that runs.

mod answer;
mod forge;

use crate::documents;
use crate::net::capture::{Capture, Request};
use crate::{Context, Meta, Probe};
use answer::{Answer, Described, Licence};
use forge::{Api, Software};
use probity_rules::facts::{Collection, Facts, Gap, Item, Value};
use probity_rules::observation::{Observation, Searched, Why};
use probity_rules::service::{RepositoryRole, Service};
use probity_rules::target;

/// Looks at the repositories of a service.
pub struct Repositories;

const META: Meta = Meta {
    id: "repositories",
    summary: "existence, licence and care of the source code, declared or linked",
    facts: &["repositories"],
    revision: 2,
};

/// The facts that come from a forge's answer.
const FIELDS: [&str; 6] = ["exists", "licence", "osi", "archived", "last-activity", "last-release"];

/// Repositories that are looked at where none is declared.
const LINKED: usize = 3;

/// What is nice to know is asked only while a forge still allows this many requests: GitHub gives strangers 60 an hour.
const SPARE: u32 = 20;

impl Probe for Repositories {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn wants(&self, service: &Service, capture: &Capture) -> Vec<Request> {
        let mut wanted = Vec::new();
        for repository in list(service, capture).0 {
            match ask(&repository.url, capture) {
                Asked::Waiting(url) => wanted.push(url),
                Asked::Answered(api, Answer::There(described)) => wanted.extend(extras(&api, &described)),
                Asked::Answered(..) | Asked::NoForge => {}
            }
        }
        wanted.into_iter().map(Request::api).collect()
    }

    fn read(&self, service: &Service, capture: &Capture, _: &Context) -> Facts {
        let mut facts = Facts::default();
        let (repositories, searched) = list(service, capture);
        let mut collection = Collection::default();
        for repository in &repositories {
            let mut item = Item { id: repository.url.clone(), ..Item::default() };
            item.fields.insert("url".to_owned(), declared(&repository.url));
            item.fields.insert("role".to_owned(), repository.role());
            facts.gaps.extend(look(repository, capture, &mut item));
            collection.items.push(item);
        }
        if repositories.is_empty() && !searched {
            let missing = format!("{}: {}", target::SOURCE.0, target::NO_REPOSITORY.0);
            collection.incomplete.push((Why::NotAsked, missing));
        }
        facts.collections.insert(META.id.to_owned(), collection);
        facts
    }
}

/// A repository that is looked at.
struct Repository {
    url: String,
    /// None where nobody declared it.
    role: Option<RepositoryRole>,
}

impl Repository {
    fn role(&self) -> Observation<Value> {
        match self.role {
            Some(RepositoryRole::Server) => declared("server"),
            Some(RepositoryRole::Client) => declared("client"),
            Some(RepositoryRole::Library) => declared("library"),
            None => Observation::Unknown { why: Why::NotAsked, target: self.url.clone() },
        }
    }
}

/// The repositories to look at, and whether to find none means something.
fn list(service: &Service, capture: &Capture) -> (Vec<Repository>, bool) {
    if !service.repositories.is_empty() {
        let each = service.repositories.iter();
        return (each.map(|one| Repository { url: one.url.clone(), role: Some(one.role) }).collect(), true);
    }
    let (links, searched) = documents::forges(service, capture);
    let own = links.into_iter().filter(|url| bears_name(url, service)).take(LINKED);
    (own.map(|url| Repository { url, role: None }).collect(), searched)
}

/// Whether a repository is named after the service, its operator or its domain: pages link many that are not theirs.
fn bears_name(url: &str, service: &Service) -> bool {
    let plain = |text: &str| text.chars().filter(|one| one.is_alphanumeric()).collect::<String>().to_lowercase();
    let path = plain(url.splitn(4, '/').nth(3).unwrap_or_default());
    let host =
        url::Url::parse(&service.home).ok().and_then(|home| home.domain().map(str::to_owned)).unwrap_or_default();
    let domain = psl::domain_str(&host).unwrap_or(&host).split('.').next().unwrap_or_default().to_owned();
    let operator = service.operator.iter().flat_map(|operator| operator.name.split_whitespace().next());
    let names = [service.id.as_str(), &service.name, &domain].into_iter().chain(operator).map(plain);
    names.filter(|name| name.len() >= 4).any(|name| path.contains(&name))
}

/// How far the asking has come.
enum Asked {
    /// This address has no answer yet.
    Waiting(String),
    /// The last interface that was tried, and what it answered.
    Answered(Api, Answer),
    /// The address is of no forge that we know.
    NoForge,
}

/// Asks one interface after the other until one answers as a forge does.
fn ask(repository: &str, capture: &Capture) -> Asked {
    let mut last = Asked::NoForge;
    for api in forge::apis(repository) {
        let followed = capture.follow(&api.url);
        let missing = followed.hops.last().is_none_or(|hop| capture.get(hop).is_none());
        if missing && matches!(followed.answer, Err((Why::NotAsked, _))) {
            return Asked::Waiting(api.url);
        }
        match answer::read(&followed) {
            foreign @ Answer::Foreign { .. } => last = Asked::Answered(api, foreign),
            answer => return Asked::Answered(api, answer),
        }
    }
    last
}

/// What is nice to know beside the description, where the forge has requests to spare.
fn extras(api: &Api, described: &Described) -> Vec<String> {
    let spare = match (described.requests_left(), api.software) {
        (Some(left), _) => left >= SPARE,
        (None, Software::GitHub) => false,
        (None, Software::GitLab | Software::Forgejo) => true,
    };
    let licence = api.licence().filter(|_| described.lacks_licence());
    if spare { licence.into_iter().chain([api.release()]).collect() } else { Vec::new() }
}

/// Puts what is known of a repository into its item; the gap where nothing is.
fn look(repository: &Repository, capture: &Capture, item: &mut Item) -> Option<Gap> {
    let (why, target, detail) = match ask(&repository.url, capture) {
        Asked::Answered(api, Answer::There(described)) => {
            let Some(empty) = described.emptiness() else { return describe(&api, &described, capture, item) };
            unknown(item, Why::Empty, &api.url);
            let seen = Observation::Seen { value: Value::Flag(false), citations: vec![empty] };
            item.fields.insert("exists".to_owned(), seen);
            return None;
        }
        Asked::Answered(api, Answer::Gone(citations)) => {
            unknown(item, Why::Empty, &api.url);
            item.fields.insert("exists".to_owned(), Observation::Seen { value: Value::Flag(false), citations });
            return None;
        }
        Asked::Answered(api, Answer::Foreign { why, detail }) => (why, api.url, detail),
        Asked::Answered(_, Answer::Lost { target, why, detail }) => (why, target, detail),
        Asked::Waiting(url) => (Why::NotAsked, url, "no capture of this address".to_owned()),
        Asked::NoForge => {
            (Why::Unsupported, repository.url.clone(), "not the address of a repository at a known forge".to_owned())
        }
    };
    unknown(item, why, &target);
    Some(Gap { probe: META.id.to_owned(), target, why, detail })
}

fn describe(api: &Api, described: &Described, capture: &Capture, item: &mut Item) -> Option<Gap> {
    let mut put = |field: &str, value| item.fields.insert(field.to_owned(), value);
    put("exists", described.exists());
    put("archived", described.archived());
    put("last-activity", described.last_activity(api.software));
    put("last-release", last_release(api, capture));
    let further = api.licence().filter(|_| described.lacks_licence()).map(|url| answer::read(&capture.follow(&url)));
    let licence = match &further {
        Some(Answer::There(described)) => described.licence(),
        _ => described.licence(),
    };
    match licence {
        Licence::Known { id, osi, citations } => {
            put("licence", Observation::Seen { value: Value::Text(id), citations: citations.clone() });
            put("osi", Observation::Seen { value: Value::Flag(osi), citations });
            None
        }
        Licence::None(place) => {
            let searched = Searched { places: vec![place.clone()], revision: META.revision, ..Searched::default() };
            put("licence", Observation::Absent { searched });
            // The forge looks at the usual files alone: a licence may stand elsewhere.
            put("osi", Observation::Unknown { why: Why::Empty, target: place });
            None
        }
        Licence::Unknown(why, detail) => {
            put("licence", Observation::Unknown { why, target: api.url.clone() });
            put("osi", Observation::Unknown { why, target: api.url.clone() });
            Some(Gap { probe: META.id.to_owned(), target: api.url.clone(), why, detail })
        }
    }
}

/// The day of the last release: an extra, whose lack is no gap.
fn last_release(api: &Api, capture: &Capture) -> Observation<Value> {
    let url = api.release();
    let field = if api.software == Software::GitLab { "released_at" } else { "published_at" };
    match answer::read(&capture.follow(&url)) {
        Answer::There(release) => release.day(field),
        Answer::Gone(_) => {
            let searched = Searched { places: vec![url], revision: META.revision, ..Searched::default() };
            Observation::Absent { searched }
        }
        Answer::Foreign { why, .. } | Answer::Lost { why, .. } => Observation::Unknown { why, target: url },
    }
}

fn unknown(item: &mut Item, why: Why, target: &str) {
    for field in FIELDS {
        item.fields.insert(field.to_owned(), Observation::Unknown { why, target: target.to_owned() });
    }
}

fn declared(word: &str) -> Observation<Value> {
    Observation::Seen { value: Value::Text(word.to_owned()), citations: Vec::new() }
}

#[cfg(test)]
mod tests;

//! A small internet inside this process: name servers, web servers and a forge on loopback, and six invented services.
//!
//! It is audited for real, through the door; only where connections lead is different. The addresses in its DNS answers
//! are public ones of well-known networks: they are looked up in the databases of places, never connected to.

mod pages;
pub(crate) mod past;
pub(crate) mod reviewer;

use pages::{PAGES, WALL};
use probity_probes::net::loopback::{Page, Trouble, World};
use probity_rules::head::RuleError;
use probity_rules::service::Service;
use std::io;

macro_rules! services {
    ($($id:literal)*) => {
        /// The declarations of the invented services: file names for messages, and texts.
        pub(crate) const SERVICES: &[(&str, &str)] =
            &[$((concat!("demo/", $id, ".toml"), include_str!(concat!("demo/services/", $id, ".toml")))),*];
    };
}

services! { "lindenhof" "gatherly" "auental" "salon" "quickmeet" "fernruf" }

/// Names and what the name server says on them.
const RECORDS: &[(&str, &str, &str)] = &[
    ("lindenhof.example", "A", "88.198.42.7"),
    ("lindenhof.example", "AAAA", "2a01:4f8:c0c:42::7"),
    ("lindenhof.example", "MX", "10 mail.lindenhof.example"),
    ("mail.lindenhof.example", "A", "88.198.42.8"),
    ("meet.lindenhof.example", "A", "88.198.42.9"),
    ("gatherly.example", "A", "3.80.17.21"),
    ("media.gatherly.example", "CNAME", "edge.gatherly.example"),
    ("edge.gatherly.example", "A", "3.81.90.4"),
    ("bbb.hs-auental.example", "A", "134.76.10.20"),
    ("salon-visio.example", "A", "51.38.20.14"),
    ("flux.salon-visio.example", "CNAME", "rooms.salon-visio.example"),
    ("rooms.salon-visio.example", "A", "3.83.14.9"),
    ("quickmeet.example", "A", "104.16.30.8"),
    ("fernruf.example", "A", "85.13.130.4"),
    ("codeberg.org", "A", "217.197.84.140"),
    ("api.github.com", "A", "140.82.121.6"),
];

/// What the forges answer: address and body. What is not here is answered with 404.
const FORGES: &[(&str, &str)] = &[
    ("https://codeberg.org/api/v1/repos/lindenhof/meet-server", include_str!("demo/forge/meet-server.json")),
    ("https://codeberg.org/api/v1/repos/lindenhof/meet-web", include_str!("demo/forge/meet-web.json")),
    ("https://api.github.com/repos/auental-rz/bigbluebutton", include_str!("demo/forge/bigbluebutton.json")),
];

/// The declarations of the invented services.
pub(crate) fn services() -> Result<Vec<Service>, RuleError> {
    SERVICES.iter().map(|(file, text)| Service::parse(file, text)).collect()
}

/// Starts the small internet as it was so many days ago. It ends when dropped.
pub(crate) async fn internet_of(days: i64) -> io::Result<World> {
    let world = World::start().await?;
    for page in PAGES {
        let html = past::page(page.host, page.path, page.html(), days);
        world.page(&format!("https://{}{}", page.host, page.path), Page::html(html));
    }
    for path in ["/", "/privacy"] {
        world.page(&format!("https://fernruf.example{path}"), Page::html(WALL).with_status(403));
    }
    for (name, kind, data) in RECORDS {
        world.record(name, kind, data);
    }
    world.trouble("turn.fernruf.example", Trouble::ServFail);
    for (address, answer) in FORGES {
        world.page(address, Page::json(*answer));
    }
    Ok(world)
}

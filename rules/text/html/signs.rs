//! What ids, classes and roles say about an element: menu, footer, consent banner, accordion.
//!
//! These are signs, not proofs. How much text stands inside, and how much of it is links, decides in `regions`.

use super::attributes::{Attributes, Name};

/// Signs of one element, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs(u16);

impl Signs {
    pub(super) const NAVIGATION: u16 = 1;
    pub(super) const FOOTER: u16 = 1 << 1;
    pub(super) const HEADER: u16 = 1 << 2;
    /// A consent banner by a general name, such as `cookie-notice`.
    pub(super) const BANNER: u16 = 1 << 3;
    /// A consent banner by the name of its maker.
    pub(super) const VENDOR: u16 = 1 << 4;
    /// Seen by screen readers only.
    pub(super) const UNSEEN: u16 = 1 << 5;
    /// Part of an accordion, a tab, anything that opens on a click.
    pub(super) const FOLDED: u16 = 1 << 6;
    /// A heading by its class.
    pub(super) const TITLE: u16 = 1 << 7;
    /// Loading: a placeholder for text to come.
    pub(super) const SKELETON: u16 = 1 << 8;
    /// What a click on opens something, by its class.
    pub(super) const TRIGGER: u16 = 1 << 9;
    /// An overlay over the page.
    pub(super) const DIALOG: u16 = 1 << 10;
    /// `role=main`.
    pub(super) const MAIN: u16 = 1 << 11;
    /// Menu or footer by its role, which is as good as the element.
    pub(super) const BY_ROLE: u16 = 1 << 12;

    pub(super) fn has(self, sign: u16) -> bool {
        self.0 & sign != 0
    }

    /// The signs of an element's attributes.
    pub(super) fn of(attributes: &Attributes) -> Self {
        let mut signs = Self::default();
        if !attributes.any() {
            return signs;
        }
        for name in [Name::Class, Name::Id] {
            for part in attributes.get(name).unwrap_or_default().split_ascii_whitespace() {
                signs.0 |= of_name(part);
            }
        }
        if let Some(role) = attributes.get(Name::Role) {
            signs.0 |= of_role(role);
        }
        signs
    }
}

fn of_role(role: &str) -> u16 {
    match role.trim() {
        "navigation" | "menubar" | "menu" | "toolbar" | "search" => Signs::NAVIGATION | Signs::BY_ROLE,
        "contentinfo" => Signs::FOOTER | Signs::BY_ROLE,
        "banner" => Signs::HEADER,
        "dialog" | "alertdialog" => Signs::DIALOG,
        "main" => Signs::MAIN,
        "tabpanel" => Signs::FOLDED,
        "tab" | "button" => Signs::TRIGGER,
        _ => 0,
    }
}

/// What a word of a class name or id can mean; several words together make a sign.
mod word {
    pub(super) const CONSENT: u16 = 1;
    pub(super) const OVERLAY: u16 = 1 << 1;
    pub(super) const NAVIGATION: u16 = 1 << 2;
    pub(super) const FOOTER: u16 = 1 << 3;
    pub(super) const HEADER: u16 = 1 << 4;
    pub(super) const VENDOR: u16 = 1 << 5;
    pub(super) const BANNER: u16 = 1 << 6;
    pub(super) const FOLDED: u16 = 1 << 7;
    pub(super) const TITLE: u16 = 1 << 8;
    pub(super) const SKELETON: u16 = 1 << 9;
    pub(super) const ONLY: u16 = 1 << 10;
    pub(super) const SR: u16 = 1 << 11;
    pub(super) const UNSEEN: u16 = 1 << 12;
    pub(super) const DIALOG: u16 = 1 << 13;
    /// Words that say that the name is about a part of a box or about the content.
    pub(super) const INNER: u16 = 1 << 14;
    pub(super) const TRIGGER: u16 = 1 << 15;
}

fn of_name(name: &str) -> u16 {
    let mut words = 0;
    each_word(name, |part| words |= of_word(part));
    let mut signs = 0;
    let has = |all: u16| words & all == all;
    if has(word::VENDOR) {
        signs |= Signs::VENDOR;
    }
    if has(word::BANNER) || has(word::CONSENT | word::OVERLAY) {
        signs |= Signs::BANNER;
    }
    if has(word::NAVIGATION) && !has(word::INNER) {
        signs |= Signs::NAVIGATION;
    }
    if has(word::FOOTER) && !has(word::INNER) {
        signs |= Signs::FOOTER;
    }
    if has(word::HEADER) && !has(word::INNER) {
        signs |= Signs::HEADER;
    }
    if has(word::FOLDED) {
        signs |= Signs::FOLDED;
    }
    if has(word::TRIGGER) {
        signs |= Signs::TRIGGER;
    }
    if has(word::TITLE) {
        signs |= Signs::TITLE;
    }
    if has(word::SKELETON) {
        signs |= Signs::SKELETON;
    }
    if has(word::SR | word::ONLY) || has(word::UNSEEN) {
        signs |= Signs::UNSEEN;
    }
    if has(word::DIALOG) {
        signs |= Signs::DIALOG;
    }
    signs
}

/// Calls `f` with each word of `site-footerLinks_2`: `site`, `footer`, `Links`, `2`.
fn each_word(name: &str, mut f: impl FnMut(&str)) {
    let bytes = name.as_bytes();
    let mut start = 0;
    for at in 0..=bytes.len() {
        let byte = bytes.get(at).copied().unwrap_or(b'-');
        let is_camel = byte.is_ascii_uppercase() && at > start && bytes[at - 1].is_ascii_lowercase();
        if !byte.is_ascii_alphanumeric() || is_camel {
            if let Some(part) = name.get(start..at).filter(|part| !part.is_empty()) {
                f(part);
            }
            start = if is_camel { at } else { at + 1 };
        }
    }
}

fn of_word(part: &str) -> u16 {
    let mut buffer = [0; 20];
    let Some(lower) = buffer.get_mut(..part.len()) else { return 0 };
    lower.copy_from_slice(part.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"cookie" | b"cookies" | b"consent" | b"gdpr" | b"dsgvo" | b"rgpd" | b"ccpa" | b"cmp" => word::CONSENT,
        b"banner" | b"bar" | b"notice" | b"popup" | b"overlay" | b"layer" | b"wall" | b"hint" | b"alert"
        | b"message" | b"prompt" | b"toast" | b"disclaimer" | b"warning" | b"wrapper" | b"container" | b"manager"
        | b"settings" | b"preferences" | b"root" | b"box" => word::OVERLAY,
        b"modal" | b"lightbox" | b"dialog" => word::OVERLAY | word::DIALOG,
        b"cookiebanner" | b"cookieconsent" | b"cookienotice" | b"cookiebar" | b"cookielaw" | b"cookiepopup"
        | b"cookiewall" | b"cookiehinweis" | b"consentbanner" | b"cookiemodal" | b"cookieinfo" | b"gdprbanner" => {
            word::BANNER
        }
        b"onetrust" | b"optanon" | b"cookiebot" | b"cybotcookiebot" | b"cybot" | b"usercentrics" | b"didomi"
        | b"axeptio" | b"tarteaucitron" | b"klaro" | b"cmp2" | b"osano" | b"trustarc" | b"cookieyes" | b"cky"
        | b"cmplz" | b"borlabs" | b"moove" | b"orejime" | b"cmpbox" | b"cookiefirst" | b"sourcepoint" | b"evidon"
        | b"consentmanager" | b"tarteaucitronroot" | b"cookiehub" | b"ccm19" | b"metomic" | b"sfbx" | b"appconsent"
        | b"ketch" => word::VENDOR,
        b"nav" | b"navbar" | b"navigation" | b"menu" | b"menubar" | b"submenu" | b"megamenu" | b"breadcrumb"
        | b"breadcrumbs" | b"topbar" | b"mainmenu" | b"sidenav" | b"subnav" | b"topnav" | b"pagination" | b"share"
        | b"sharing" | b"skiplink" | b"toc" | b"hauptmenu" | b"sitenav" | b"langswitch" | b"languages" => {
            word::NAVIGATION
        }
        b"footer" | b"foot" | b"colophon" | b"footers" | b"subfooter" | b"sitefooter" | b"pagefooter"
        | b"fusszeile" => word::FOOTER,
        b"header" | b"masthead" | b"siteheader" | b"pageheader" | b"kopfzeile" => word::HEADER,
        b"accordion" | b"accordeon" | b"akkordeon" | b"collapse" | b"collapsible" | b"expandable" | b"expander"
        | b"faq" | b"tab" | b"tabs" | b"panel" | b"details" | b"dropdown" => word::FOLDED,
        b"toggle" => word::FOLDED | word::TRIGGER,
        b"trigger" | b"toggler" | b"opener" | b"question" | b"btn" | b"button" => word::TRIGGER,
        b"title" | b"heading" | b"headline" | b"subtitle" | b"subheading" | b"titre" | b"ueberschrift" => word::TITLE,
        b"skeleton" | b"placeholder" | b"shimmer" | b"spinner" | b"loader" | b"loading" | b"preloader" => {
            word::SKELETON
        }
        b"sr" | b"screen" | b"screenreader" => word::SR,
        b"only" | b"reader" => word::ONLY,
        b"visuallyhidden" | b"sronly" | b"offscreen" => word::UNSEEN,
        b"visually" => word::SR,
        b"hidden" => word::ONLY,
        b"article" | b"content" | b"section" | b"card" | b"entry" | b"post" | b"has" | b"with" | b"body" | b"page"
        | b"main" | b"wrap" | b"no" | b"is" | b"sticky" | b"fixed" | b"before" | b"after" => word::INNER,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_class(class: &str) -> Signs {
        Signs(class.split_ascii_whitespace().fold(0, |signs, name| signs | of_name(name)))
    }

    #[test]
    fn names_of_boxes() {
        for class in
            ["cookie-banner", "cookieBanner", "js-gdpr-popup", "cookiebanner", "c-consent__modal", "cookie_notice"]
        {
            assert!(of_class(class).has(Signs::BANNER), "{class}");
        }
        assert!(of_class("onetrust-consent-sdk").has(Signs::VENDOR));
        assert!(of_class("CybotCookiebotDialog").has(Signs::VENDOR));
        assert!(of_class("site-footer").has(Signs::FOOTER));
        assert!(of_class("styles_navContainer__3xY").has(Signs::NAVIGATION));
        assert!(of_class("sr-only").has(Signs::UNSEEN));
        assert!(of_class("screen-reader-text visually-hidden").has(Signs::UNSEEN));
    }

    #[test]
    fn names_that_only_look_like_it() {
        for class in
            ["cookie-policy", "privacy-notice", "navy", "hidden md:block", "entry-footer", "has-cookie", "header-less"]
        {
            let signs = of_class(class);
            assert!(
                !signs.has(Signs::BANNER | Signs::NAVIGATION | Signs::UNSEEN | Signs::FOOTER),
                "{class}: {signs:?}"
            );
        }
    }
}

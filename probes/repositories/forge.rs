//! Forges: from the address of a repository to the addresses of its programming interface.
//!
//! A forge on a host of its own says only by its name, or by its answer, which software it is. It cannot know forges that
//! speak none of the three interfaces.

use url::Url;

/// Which programming interface a forge has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Software {
    GitHub,
    GitLab,
    /// Forgejo, and Gitea from which it stems: one interface.
    Forgejo,
}

/// One way to ask for a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Api {
    pub(super) software: Software,
    /// The address of the repository's own description.
    pub(super) url: String,
}

impl Api {
    fn new(software: Software, base: &str, path: &[&str]) -> Self {
        let url = match software {
            Software::GitHub => format!("{base}/repos/{}", path.join("/")),
            Software::GitLab => format!("{base}/api/v4/projects/{}", path.join("%2F")),
            Software::Forgejo => format!("{base}/api/v1/repos/{}", path.join("/")),
        };
        Self { software, url }
    }

    /// The address of the latest release.
    pub(super) fn release(&self) -> String {
        match self.software {
            Software::GitHub | Software::Forgejo => format!("{}/releases/latest", self.url),
            Software::GitLab => format!("{}/releases/permalink/latest", self.url),
        }
    }

    /// Where the licence stands that the description leaves out unless asked for.
    pub(super) fn licence(&self) -> Option<String> {
        (self.software == Software::GitLab).then(|| format!("{}?license=true", self.url))
    }
}

/// The ways to ask for a repository, the likeliest first; none for an address that is no repository.
pub(super) fn apis(repository: &str) -> Vec<Api> {
    let Some(url) = Url::parse(repository).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
        return Vec::new();
    };
    let Some(host) = url.host_str() else { return Vec::new() };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let at = |host: &str| format!("{}://{host}{port}", url.scheme());
    // GitLab ends the path of a repository with `/-/`; the others have two parts.
    let path = url.path().split("/-/").next().unwrap_or_default().trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 {
        return Vec::new();
    }
    let two = [parts[0], parts[1].strip_suffix(".git").unwrap_or(parts[1])];
    let github = |base: &str| Api::new(Software::GitHub, base, &two);
    let gitlab = || Api::new(Software::GitLab, &at(host), &parts);
    let forgejo = || Api::new(Software::Forgejo, &at(host), &two);
    let bare = host.strip_prefix("www.").unwrap_or(host);
    let label = bare.split('.').next().unwrap_or_default();
    match bare {
        "github.com" => vec![github(&at("api.github.com"))],
        "gitlab.com" => vec![gitlab()],
        "codeberg.org" => vec![forgejo()],
        // Enterprise Server answers below its own name, or at a name beside it.
        _ if label == "github" => vec![github(&at(&format!("api.{bare}"))), github(&format!("{}/api/v3", at(host)))],
        _ if label.starts_with("gitlab") => vec![gitlab(), forgejo()],
        _ if label.starts_with("gitea") || label.starts_with("forgejo") => vec![forgejo(), gitlab()],
        _ if parts.len() > 2 => vec![gitlab()],
        _ => vec![forgejo(), gitlab()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(repository: &str) -> Vec<String> {
        apis(repository).into_iter().map(|api| api.url).collect()
    }

    #[test]
    fn addresses_of_the_interfaces() {
        assert_eq!(urls("https://github.com/meet/server"), ["https://api.github.com/repos/meet/server"]);
        assert_eq!(urls("https://www.github.com/meet/server.git"), ["https://api.github.com/repos/meet/server"]);
        assert_eq!(urls("https://github.com/meet/server/tree/main/src"), ["https://api.github.com/repos/meet/server"]);
        assert_eq!(
            urls("https://gitlab.com/meet/group/server/-/tree/main"),
            ["https://gitlab.com/api/v4/projects/meet%2Fgroup%2Fserver"]
        );
        assert_eq!(urls("https://codeberg.org/meet/server/"), ["https://codeberg.org/api/v1/repos/meet/server"]);
        assert_eq!(
            urls("https://git.meet.example/meet/server"),
            [
                "https://git.meet.example/api/v1/repos/meet/server",
                "https://git.meet.example/api/v4/projects/meet%2Fserver"
            ]
        );
        assert_eq!(
            urls("http://gitlab.meet.example:8080/meet/server")[0],
            "http://gitlab.meet.example:8080/api/v4/projects/meet%2Fserver"
        );
        assert_eq!(urls("https://github.meet.example/meet/server").len(), 2);
    }

    #[test]
    fn what_is_no_repository_has_none() {
        for address in ["https://github.com/meet", "https://github.com/", "ssh://git@github.com/meet/server", "meet"] {
            assert!(apis(address).is_empty(), "{address}");
        }
    }
}

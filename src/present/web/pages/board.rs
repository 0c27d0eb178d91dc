//! The board: all services by one method.

use crate::present::web::Shared;
use crate::present::web::page::{self, Ask, Asked, Frame};
use crate::present::web::view::board::{Board, Filter, board};
use crate::present::web::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "web/board.html")]
struct Page {
    f: Frame,
    t: &'static Words,
    b: Board,
    public: bool,
}

pub(crate) async fn show(State(site): State<Shared>, asked: Asked, Ask(filter): Ask<Filter>) -> Response {
    page::shared(&site, &asked, || {
        let snapshot = site.view.now();
        let b = board(&site.view, &snapshot, &filter, &|rated| site.shows(rated), asked.t);
        let f = Frame::new(&site, &asked, "board", asked.t.board_title).with_feed("/feed.atom".to_owned());
        Page { f, t: asked.t, b, public: site.mode.public }
    })
}

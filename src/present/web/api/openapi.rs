//! The description of the interface: OpenAPI 3.1, made from one list of addresses.
//!
//! The shapes of ratings and findings are those of the published schema of an audit. A test asks every address that
//! stands here, and reads every answer by its schema.

use crate::base::review::{Decision, Item};
use crate::present::web::page::Asked;
use axum::response::Response;
use serde_json::{Value, json};

/// An address of the interface.
pub(crate) struct Address {
    /// The path below `/api/v1`.
    pub(crate) path: &'static str,
    /// What it gives.
    pub(crate) summary: &'static str,
    /// Its parameters in the query: name, what it means.
    pub(crate) query: &'static [(&'static str, &'static str)],
    /// The schema of its answer.
    pub(crate) answer: &'static str,
}

const AFTER: (&str, &str) = ("after", "what `next` of the part before said; the first part without it");
const LIMIT: (&str, &str) = ("limit", "items in this part, 1 to 500; 50 without it");
const METHOD: (&str, &str) = ("method", "only this method, by id");

/// Every address, in the order of the description.
pub(crate) const ADDRESSES: &[Address] = &[
    Address {
        path: "/services",
        summary: "The services with their newest ratings, by id",
        query: &[
            AFTER,
            LIMIT,
            METHOD,
            ("light", "only services with this light: green, yellow, red, undecided"),
            ("category", "only this category"),
        ],
        answer: "Services",
    },
    Address { path: "/services/{id}", summary: "A service with its findings", query: &[], answer: "Service" },
    Address {
        path: "/services/{id}/history",
        summary: "The ratings of a service over time, the oldest first",
        query: &[AFTER, LIMIT, METHOD],
        answer: "History",
    },
    Address { path: "/audits", summary: "The audits, the newest first", query: &[AFTER, LIMIT], answer: "Audits" },
    Address {
        path: "/changes",
        summary: "What changed in ratings, the newest first",
        query: &[AFTER, LIMIT, METHOD],
        answer: "Changes",
    },
    Address {
        path: "/reviews",
        summary: "The changes that wait for a person, by id",
        query: &[AFTER, LIMIT, METHOD, ("decided", "decided ones, too, where it is given")],
        answer: "Reviews",
    },
    Address { path: "/reviews/{id}", summary: "A change with both sides and its log", query: &[], answer: "Item" },
    Address { path: "/criteria", summary: "The criteria", query: &[], answer: "Names" },
    Address { path: "/criteria/{id}", summary: "A criterion with its prose", query: &[], answer: "Criterion" },
    Address { path: "/methods", summary: "The methods", query: &[], answer: "Names" },
    Address { path: "/methods/{id}", summary: "A method with its weights", query: &[], answer: "Method" },
];

/// The document.
pub(crate) async fn document(asked: Asked) -> Response {
    super::json(&asked, &openapi())
}

/// The document.
pub(crate) fn openapi() -> Value {
    let mut paths: serde_json::Map<String, Value> = ADDRESSES
        .iter()
        .map(|address| {
            let mut parameters: Vec<Value> = address
                .query
                .iter()
                .map(|(name, says)| {
                    let kind = if *name == "limit" { "integer" } else { "string" };
                    json!({ "name": name, "in": "query", "description": says, "schema": { "type": kind } })
                })
                .collect();
            if address.path.contains("{id}") {
                parameters
                    .push(json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }));
            }
            let schema = json!({ "$ref": format!("#/components/schemas/{}", address.answer) });
            let problem = json!({ "$ref": "#/components/responses/Problem" });
            let get = json!({
                "summary": address.summary,
                "parameters": parameters,
                "responses": {
                    "200": { "description": "as asked", "content": { "application/json": { "schema": schema } } },
                    "304": { "description": "nothing changed since the ETag that was sent" },
                    "400": problem,
                    "401": problem,
                    "404": problem,
                },
            });
            (format!("/api/v1{}", address.path), json!({ "get": get }))
        })
        .collect();
    paths["/api/v1/reviews/{id}"]["post"] = decision();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Probity",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Ratings of online services, with the sentences of the evidence that decided them.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "responses": {
                "Problem": {
                    "description": "What went wrong (RFC 9457), with what to do next.",
                    "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
                },
            },
        },
    })
}

/// The one address that takes something.
fn decision() -> Value {
    let problem = json!({ "$ref": "#/components/responses/Problem" });
    let content =
        |name: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } });
    json!({
        "summary": "Decide on a change, as it was read in a version",
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
        "requestBody": { "required": true, "content": content("Sent") },
        "responses": {
            "200": { "description": "the change as it stands now", "content": content("Item") },
            "400": problem,
            "401": problem,
            "403": problem,
            "404": problem,
            "409": problem,
            "422": problem,
        },
    })
}

/// The schemas of a type of the queue: its own, and those that it needs under names that nothing else has.
fn of_type(schema: &schemars::Schema, name: &str, into: &mut serde_json::Map<String, Value>) {
    let text = schema.as_value().to_string().replace("#/$defs/", "#/components/schemas/Review.");
    let mut made: Value = serde_json::from_str(&text).unwrap_or_default();
    if let Some(needed) = made.as_object_mut().and_then(|object| object.remove("$defs")) {
        for (name, schema) in needed.as_object().into_iter().flatten() {
            into.entry(format!("Review.{name}")).or_insert_with(|| schema.clone());
        }
    }
    into.insert(name.to_owned(), made);
}

fn schemas() -> Value {
    // The shapes of the published schema of an audit, under names of this document.
    let audit = probity_rules::rating::schema().to_string().replace("#/$defs/", "#/components/schemas/");
    let audit: Value = serde_json::from_str(&audit).unwrap_or_default();
    let mut schemas = audit.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
    let of = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let text = || json!({ "type": "string" });
    let maybe = || json!({ "type": ["string", "null"] });
    let object = |fields: &[(&str, Value)], optional: &[&str]| {
        let required: Vec<&str> =
            fields.iter().map(|(name, _)| *name).filter(|name| !optional.contains(name)).collect();
        let properties: serde_json::Map<String, Value> =
            fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
        json!({ "type": "object", "required": required, "properties": properties })
    };
    let list = |items: Value| object(&[("items", json!({ "type": "array", "items": items })), ("next", maybe())], &[]);
    let many = |items: Value| json!({ "type": "array", "items": items });
    let state = json!({ "enum": ["provisional", "confirmed", "contested", "withdrawn"] });
    let short = object(
        &[
            ("method", text()),
            ("light", of("Light")),
            ("points", of("Points")),
            ("coverage", json!({ "type": "number" })),
            ("state", state.clone()),
        ],
        &[],
    );
    let listed = object(
        &[
            ("id", text()),
            ("name", text()),
            ("category", text()),
            ("discontinued", maybe()),
            ("audit", text()),
            ("as_of", text()),
            ("ratings", many(short)),
        ],
        &[],
    );
    let head = object(
        &[
            ("id", text()),
            ("as_of", text()),
            ("tool", of("Tool")),
            ("law", of("Applied")),
            ("geoip", many(of("Database"))),
            ("services", many(text())),
        ],
        &[],
    );
    let service = object(
        &[
            ("id", text()),
            ("name", text()),
            ("category", text()),
            ("discontinued", maybe()),
            ("audit", head.clone()),
            ("states", json!({ "type": "object", "additionalProperties": state })),
            ("ratings", many(of("Rating"))),
            ("gaps", many(of("Gap"))),
            ("contradictions", many(of("Contradiction"))),
        ],
        &[],
    );
    let point = object(
        &[
            ("audit", text()),
            ("as_of", text()),
            ("light", of("Light")),
            ("points", of("Points")),
            ("coverage", json!({ "type": "number" })),
            ("grades", many(json!({ "type": "array", "prefixItems": [text(), of("Grade")] }))),
        ],
        &[],
    );
    let turn = object(
        &[
            ("service", text()),
            ("method", text()),
            ("at", text()),
            ("lights", json!({ "type": "array", "prefixItems": [of("Light"), of("Light")] })),
            ("grades", many(json!({ "type": "array", "prefixItems": [text(), of("Grade"), of("Grade")] }))),
        ],
        &[],
    );
    let named = object(&[("id", text()), ("title", of("Sentence")), ("revision", json!({ "type": "integer" }))], &[]);
    let criterion = object(
        &[
            ("id", text()),
            ("title", of("Sentence")),
            ("legal", many(text())),
            ("revision", json!({ "type": "integer" })),
            ("lifecycle", text()),
            ("asks", many(text())),
            ("ladder", many(object(&[("grade", of("Grade")), ("because", of("Sentence"))], &[]))),
            ("prose", object(&["why", "looks", "unseen", "fix"].map(|part| (part, of("Sentence"))), &[])),
            ("references", text()),
        ],
        &[],
    );
    let method = object(
        &[
            ("id", text()),
            ("title", of("Sentence")),
            ("revision", json!({ "type": "integer" })),
            ("categories", many(text())),
            ("reading", of("Sentence")),
            ("sources", many(json!({ "type": "object" }))),
            ("points", json!({ "type": "object" })),
            ("limits", json!({ "type": ["object", "null"] })),
            ("criteria", many(json!({ "type": "object" }))),
        ],
        &[],
    );
    let problem = object(
        &[
            ("type", text()),
            ("title", text()),
            ("status", json!({ "type": "integer" })),
            ("detail", text()),
            ("next", text()),
        ],
        &[],
    );
    let past = object(&[("method", text()), ("points", many(point))], &[]);
    let own = [
        ("Services", list(listed)),
        ("Service", service),
        ("History", list(past)),
        ("Audits", list(head)),
        ("Changes", list(turn)),
        ("Names", list(named)),
        ("Criterion", criterion),
        ("Method", method),
        ("Problem", problem),
    ];
    of_type(&schemars::schema_for!(Item), "Item", &mut schemas);
    of_type(&schemars::schema_for!(Decision), "Decision", &mut schemas);
    let sent =
        object(&[("version", json!({ "type": "integer" })), ("decide", of("Decision")), ("by", text())], &["by"]);
    schemas.insert("Sent".to_owned(), sent);
    schemas.insert("Reviews".to_owned(), list(of("Item")));
    schemas.extend(own.into_iter().map(|(name, schema)| (name.to_owned(), schema)));
    Value::Object(schemas)
}

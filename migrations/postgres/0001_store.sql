-- What is remembered. Times are UTC in a form of fixed width, so that their order is that of their letters; names are
-- compared byte by byte, as in SQLite.

create table service (
    id text collate "C" primary key,
    name text not null,
    category text collate "C" not null,
    -- What the comparison remembers of the service (JSON); null before its first audit.
    memory text,
    -- Counts up with each change of the memory.
    memory_version bigint not null default 0,
    -- The newest audit it is in, by the time of the audit.
    audited_at text collate "C"
);

create table audit (
    -- The name of its folder in the evidence.
    id text collate "C" primary key,
    as_of text collate "C" not null,
    -- The result without ratings and services (JSON).
    head text not null,
    -- The files of its evidence with digests and sizes (JSON).
    files text not null,
    services bigint not null,
    -- 1 when everything in it is registered.
    complete bigint not null,
    registered_at text collate "C" not null
);

create table audited (
    service text collate "C" not null references service (id),
    audit text collate "C" not null references audit (id),
    as_of text collate "C" not null,
    -- Gaps and contradictions (JSON, as in the result).
    body text not null,
    primary key (service, as_of, audit)
);
create index audited_by_audit on audited (audit);

create table rating (
    service text collate "C" not null references service (id),
    method text collate "C" not null,
    as_of text collate "C" not null,
    audit text collate "C" not null references audit (id),
    light text collate "C" not null,
    low bigint not null,
    high bigint not null,
    most bigint not null,
    coverage double precision not null,
    state text collate "C" not null,
    -- The grades by criterion (JSON), so that a table of many services needs no more than this.
    grades text not null,
    -- 1 for the newest of its service and method.
    latest bigint not null,
    -- The whole rating (JSON, as in the result).
    body text not null,
    primary key (service, method, as_of, audit)
);
create index rating_latest on rating (service, method) where latest = 1;
create index rating_by_audit on rating (audit);

create table capture (
    audit text collate "C" not null references audit (id),
    target text collate "C" not null,
    captured text collate "C" not null,
    kind text collate "C" not null,
    -- The digest of the payload, `sha256:…`; null where there is none.
    digest text collate "C",
    primary key (audit, target, captured, kind)
);
create index capture_by_digest on capture (digest);

create table change (
    id text collate "C" primary key,
    service text collate "C" not null references service (id),
    method text collate "C" not null,
    criterion text collate "C" not null,
    raised_at text collate "C" not null,
    cause text collate "C" not null,
    audit text collate "C" not null references audit (id),
    body text not null
);
create index change_by_time on change (raised_at, id);
create index change_by_service on change (service, raised_at, id);

create table item (
    id bigint primary key,
    service text collate "C" not null references service (id),
    method text collate "C" not null,
    criterion text collate "C" not null,
    state text collate "C" not null,
    -- Counts up with each decision: who decides says which one was read.
    version bigint not null,
    weight bigint not null,
    raised_at text collate "C" not null,
    -- When somebody has to look again: a deadline of the provider, the end of an override.
    due_at text collate "C",
    body text not null
);
create index item_open on item (state, raised_at, id);
create index item_by_service on item (service, raised_at);

create table decision (
    item bigint not null references item (id),
    version bigint not null,
    at text collate "C" not null,
    who text collate "C" not null,
    body text not null,
    primary key (item, version)
);

create table attestation (
    id text collate "C" primary key,
    service text collate "C" not null,
    claim text collate "C" not null,
    at text collate "C" not null,
    withdrawn_at text collate "C",
    body text not null
);
create index attestation_by_service on attestation (service);

create table log (
    number bigint primary key,
    at text collate "C" not null,
    who text collate "C" not null,
    what text collate "C" not null,
    subject text collate "C" not null,
    detail text not null,
    -- The digest of this line together with that of the line before.
    digest text collate "C" not null
);
create index log_by_subject on log (subject, number);

create table job (
    -- What is to be done and when it fell due, so that it stands here once: `audit/zoom/2026-06-02T04:00:00.000000Z`.
    id text collate "C" primary key,
    kind text collate "C" not null,
    service text collate "C" not null,
    due_at text collate "C" not null,
    -- waiting, running, done, dead
    state text collate "C" not null,
    not_before text collate "C" not null,
    attempts bigint not null,
    worker text collate "C",
    leased_until text collate "C",
    -- The audit that came of it.
    audit text collate "C",
    error text,
    ended_at text collate "C"
);
create index job_waiting on job (state, not_before, id);
create index job_by_service on job (service, state);
-- Never two at work on one service.
create unique index job_alone on job (service) where state = 'running';

create table pace (
    host text collate "C" primary key,
    -- When the next request may go out, in milliseconds since 1970.
    next_at bigint not null
);

create table worker (
    id text collate "C" primary key,
    started_at text collate "C" not null,
    seen_at text collate "C" not null
);

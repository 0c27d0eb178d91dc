-- What is remembered. Times are UTC in a form of fixed width, so that their order is that of their letters.

create table service (
    id text primary key,
    name text not null,
    category text not null,
    -- What the comparison remembers of the service (JSON); null before its first audit.
    memory text,
    -- Counts up with each change of the memory.
    memory_version bigint not null default 0,
    -- The newest audit it is in, by the time of the audit.
    audited_at text
);

create table audit (
    -- The name of its folder in the evidence.
    id text primary key,
    as_of text not null,
    -- The result without ratings and services (JSON).
    head text not null,
    -- The files of its evidence with digests and sizes (JSON).
    files text not null,
    services bigint not null,
    -- 1 when everything in it is registered.
    complete bigint not null,
    registered_at text not null
);

create table audited (
    service text not null references service (id),
    audit text not null references audit (id),
    as_of text not null,
    -- Gaps and contradictions (JSON, as in the result).
    body text not null,
    primary key (service, as_of, audit)
);
create index audited_by_audit on audited (audit);

create table rating (
    service text not null references service (id),
    method text not null,
    as_of text not null,
    audit text not null references audit (id),
    light text not null,
    low bigint not null,
    high bigint not null,
    most bigint not null,
    coverage double precision not null,
    state text not null,
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
    audit text not null references audit (id),
    target text not null,
    captured text not null,
    kind text not null,
    -- The digest of the payload, `sha256:…`; null where there is none.
    digest text,
    primary key (audit, target, captured, kind)
);
create index capture_by_digest on capture (digest);

create table change (
    id text primary key,
    service text not null references service (id),
    method text not null,
    criterion text not null,
    raised_at text not null,
    cause text not null,
    audit text not null references audit (id),
    body text not null
);
create index change_by_time on change (raised_at, id);
create index change_by_service on change (service, raised_at, id);

create table item (
    id bigint primary key,
    service text not null references service (id),
    method text not null,
    criterion text not null,
    state text not null,
    -- Counts up with each decision: who decides says which one was read.
    version bigint not null,
    weight bigint not null,
    raised_at text not null,
    -- When somebody has to look again: a deadline of the provider, the end of an override.
    due_at text,
    body text not null
);
create index item_open on item (state, raised_at, id);
create index item_by_service on item (service, raised_at);

create table decision (
    item bigint not null references item (id),
    version bigint not null,
    at text not null,
    who text not null,
    body text not null,
    primary key (item, version)
);

create table attestation (
    id text primary key,
    service text not null,
    claim text not null,
    at text not null,
    withdrawn_at text,
    body text not null
);
create index attestation_by_service on attestation (service);

create table log (
    number bigint primary key,
    at text not null,
    who text not null,
    what text not null,
    subject text not null,
    detail text not null,
    -- The digest of this line together with that of the line before.
    digest text not null
);
create index log_by_subject on log (subject, number);

create table job (
    -- What is to be done and when it fell due, so that it stands here once: `audit/zoom/2026-06-02T04:00:00.000000Z`.
    id text primary key,
    kind text not null,
    service text not null,
    due_at text not null,
    -- waiting, running, done, dead
    state text not null,
    not_before text not null,
    attempts bigint not null,
    worker text,
    leased_until text,
    -- The audit that came of it.
    audit text,
    error text,
    ended_at text
);
create index job_waiting on job (state, not_before, id);
create index job_by_service on job (service, state);
-- Never two at work on one service.
create unique index job_alone on job (service) where state = 'running';

create table pace (
    host text primary key,
    -- When the next request may go out, in milliseconds since 1970.
    next_at bigint not null
);

create table worker (
    id text primary key,
    started_at text not null,
    seen_at text not null
);

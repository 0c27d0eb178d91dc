-- From here on `rating.body` and `service.memory` may be packed: `~`, then zlib in Base64. What was written before stays plain, and
-- both are read; programs that know only plain JSON are to refuse such a store.
select 1;

"""The internal site: guides by MkDocs, data pages stamped into shells that MkDocs rendered."""

"""Records: frozen, typed cases, complaints and improvements."""

"""Records: frozen, typed cases, complaints, improvements, periods and reviews."""

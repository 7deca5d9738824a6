"""The desk: staff write cases in a browser, and Git has them."""

"""The bar of the design: sixteen first hits for twenty colloquial questions (here: four in five of ours)."""

import pytest
from tests.similar.queries import QUERIES

from noveto.ledger import Ledger
from noveto.similar import Index
from noveto.similar.corpus import texts


@pytest.fixture(scope="module")
def corpus(demo_folder):
    with Ledger.open(demo_folder) as ledger:
        return {item.id: item for item in texts(ledger)}


@pytest.mark.parametrize("cut", [False, True])
def test_four_in_five_colloquial_questions_find_their_matter_first(corpus, cut):
    index = Index.build((item.id, item.whole) for item in corpus.values())
    there = {item.matter for item in corpus.values()}
    asked = [(text, matters) for text, matters in QUERIES if matters & there]
    assert len(asked) >= 20
    first = five = 0
    for text, matters in asked:
        found = [corpus[hit.id].matter for hit in index.query(text, cut=cut)]
        first += found[:1] != [] and found[0] in matters
        five += any(matter in matters for matter in found)
    assert first / len(asked) >= 0.8, f"{first} of {len(asked)} first"
    assert five / len(asked) >= 0.85, f"{five} of {len(asked)} among five"

# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Yes, no and maybe that are not said but meant ("I have work in the morning"), by a model that sees the question.

A kernel machine like that of nlp.meaning.intents: a Gaussian over the encoder's vectors of the answer and of both together, and
beside it the answer's words and cues. Trained by `make models` on questions and answers written for this project (nlp/data/indirect).
"""

import hashlib
import math
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.folding import Folded, look
from nlp.meaning.classifiers import DATA, HASHES, ModelDamagedError, recorded_hashes
from nlp.meaning.encoder import Vector, load_encoder

VALUES = ("no", "maybe", "yes")
N_BUCKETS = 8192
STEEPNESS = 1.0
MEANING_SHARE = 0.6
# From the model's shares to probabilities: a slope, and what each value is given beforehand, as people answer. Fitted on answers of
# strangers that lie beside the repository (docs/reading.md); nothing else was learned from them.
SLOPE = 2.0
BEFOREHAND = (0.0, -0.9, 0.4)
LEAST_CONFIDENCE = 0.92
"""Below this a flow asks again: it must not act on a guess."""

_CUES = {
    name: re.compile(pattern)
    for name, pattern in {
        "not": r" (?:not|\w*[a-z]nt|dont|cant|wont|cannot|never|no|none|nothing|nobody|nowhere|neither|nor|hardly|barely|without|pas|jamais|rien|aucun\w*|sans|nunca|nada|nadie|tampoco|sin|nicht|kein\w*|nie|niemals|nichts|ohne) |[不没别无]",
        "prefer": r" (?:prefer\w*|rather|instead|better|more of a|more into|plutot|prefiere|prefiero|mejor|lieber|bevorzuge|besser) |更|宁",
        "love": r" (?:love|adore|enjoy|favou?rites?|fan|huge fan|obsessed|passion\w*|cant get enough|adore|j aime|prefere|encanta|gusta|favorit\w*|liebe|gern|gerne|liebling\w*) |喜欢|爱|最",
        "hate": r" (?:hate|despise|loathe|boring|bored|bores|awful|terrible|horrible|gross|disgusting|annoying|dull|worst|stand|sick of|tired of|overrated|deteste|horreur|odio|aburr\w*|hasse|langweil\w*|furchtbar) |讨厌|烦|差",
        "good": r" (?:great|good|fun|delicious|amazing|awesome|wonderful|lovely|perfect|beautiful|excellent|nice|best|fantastic|yum|tasty|cool|super|genial|parfait|bueno|genial|rico|perfecto|toll|lecker|schon) |好|棒",
        "too": r" (?:too|trop|demasiado|zu) (?!late to)\w+|太",
        "if": r" (?:if|unless|as long as|provided|depend\w*|depending|only if|only when|so long as|whether|si|sauf|wenn|falls|kommt) |如果|要是|看情况|的话|要看",
        "when": r" (?:when|whenever|sometimes|occasionally|once in|now and then|at times|quand|parfois|cuando|a veces|manchmal|wenn) |有时|偶尔",
        "always": r" (?:always|every|all the time|constantly|daily|often|a lot|regularly|twice|nonstop|whenever i can|every chance|toujours|tous les|toutes les|siempre|cada|todos los|immer|jeden|jede) |每天|天天|总是|经常",
        "only": r" (?:only|just|solely|seulement|juste|que|solo|nur|bloss) |只",
        "used": r" (?:used to|no longer|anymore|any more|gave up|quit|stopped|not since|last time) ",
        "yet": r" (?:yet|still|encore|todavia|aun|noch) |还",
        "must": r" (?:have to|need to|must|got to|gotta|supposed to|should|ought|promised|dois|faut|tengo que|muss) |得|要加班",
        "busy": r" (?:busy|plans|working|work late|meeting|exam|deadline|appointment|tired|exhausted|sick|ill|flu|headache|occupe|ocupad\w*|cansad\w*|krank|mude) |忙|累|病|加班",
        "plan": r" (?:going to|planning|plan to|hoping|hope to|want to|would like to|looking forward|cant wait|thinking of|thinking about|considering|soon|someday|one day) ",
        "lets": r" (?:lets|let us|shall we|how about|what about|what time|when|where) ",
        "wouldlove": r" (?:id|i would|would) (?:love|like|be happy|be glad|really) ",
        "sounds": r" (?:sounds?|count me|im in|see you|ill be there|im up for|up for|cant wait|ill bring|ill drive|ill get|ill pick) ",
        "wish": r" (?:wish|if only|maybe next|another time|next time|some other|rain check|sorry|afraid|unfortunately) ",
        "okay": r" (?:ok|okay|alright|all right|fine|so so|average|decent|not bad|dont mind|tolerable|bearable|more or less|kind of|sort of|somewhat|guess|suppose|either|whatever|up to you) |还行|一般|凑合|马马虎虎",
        "might": r" (?:might|may|maybe|perhaps|possibly|could|probably|peut etre|quizas?|tal vez|vielleicht) |可能|也许",
        "but": r" (?:but|although|though|however|mais|pero|aber) |但|不过|就是",
        "some": r" (?:some|few|couple|several|certain|part|half|mostly|most|certains?|algun\w*|manche|einige) |一半|一部分",
        "many": r" (?:many|lots|tons|plenty|dozens|hundreds|countless|lost count|all of|everything|everyone|beaucoup|muchos?|viele) |很多",
        "already": r" (?:already|just (?:got|had|finished|did|ate|bought|came|went|started)|deja|ya|schon) |已经|刚",
        "different": r" (?:different|another|other|else|someone else|something else|elsewhere|autre|otro|otra|ander\w*) |别的|别人",
        "far": r" (?:far|miles|away|from|out of town|abroad|close|near|nearby|next door|across|around the corner|minutes?|blocks?) ",
        "new": r" (?:new here|first|never been|just moved|only just|recently) ",
        "allergic": r" (?:allergic|vegan|vegetarian|diet|intolerant|diabetic|pregnant) ",
        "own": r" (?:i have|ive got|i own|we have|got a|my own|i did|i do|i am|im) ",
        "nothave": r" (?:dont have|havent|never had|no time|no money|cant afford|broke|expensive|costs?) |没钱|没时间",
        "sure": r" (?:of course|definitely|absolutely|certainly|totally|really|very|so much|for sure) ",
        "wait": r" (?:waiting|wait and see|let me|ill see|ill have to|check|ask|not sure|dont know|decid\w+|think about) ",
    }.items()
}
_QUESTIONS = {
    name: re.compile(pattern)
    for name, pattern in {
        "like": r" (?:like|enjoy|love|fan|into|interested|prefer|aimes?|aimez|gusta\w*|magst|mogen|gern) |喜欢",
        "want": r" (?:want|would you|shall|should we|fancy|up for|care for|lets|how about|can i|could you|can you|voulez|veux|souhait\w*|quiere\w*|vienes|mochte\w*|kommst) |要|一起",
        "done": r" (?:have you|did you|has|did|ever|was|were|already|avez|as tu|has|recibi\w*|hast|haben) |了吗|过",
        "have": r" (?:do you have|have you got|got any|any|tienes|tu as|hast du|hay) |有",
        "be": r" (?:are you|is it|is your|is the|are your|are they|is this|is there|etes|eres|esta|bist|sind) |是",
        "mind": r" (?:mind|problem|bother|trouble|derange|molesta|stort) |介意",
        "negated": r" (?:dont|doesnt|arent|isnt|didnt|havent|wont|cant|not) ",
        "need": r" (?:need|work|live|know|speak|travel|go|plan|move|besoin|necesita\w*|brauch\w*) ",
    }.items()
}


def _sparse(question: Folded, answer: Folded) -> NDArray[np.intp]:
    """Buckets of what stands in a text: its words, pairs and triples, the cues in it, alone and with each kind of question."""
    words = ("^", *answer.words[:40], "$")
    names = [f"{word} " for word in words]
    names += [f"{one} {two}" for one, two in pairwise(words)]
    names += [" ".join(words[at : at + 3]) for at in range(len(words) - 2)]
    spaced = answer.sentence.replace("|", " ").replace("  ", " ")
    cues = [name for name, pattern in _CUES.items() if pattern.search(spaced)]
    kinds = [name for name, pattern in _QUESTIONS.items() if pattern.search(question.sentence)]
    told = set(question.words) & set(answer.words)
    shared = len([word for word in told if len(word) > 3 or not word.isascii()])
    cues += [f"shared{min(shared, 2)}", f"length{min(len(answer.words) // 4, 4)}"] + ["asks"] * answer.raw.rstrip().endswith(("?", "？"))
    # Cues count more than single words: they hold for words that were never seen.
    names += [f"cue{n}:{cue}" for cue in cues for n in range(3)]
    names += [f"{kind}&{cue}" for kind in kinds for cue in cues]
    names += [f"{one}+{two}" for at, one in enumerate(cues) for two in cues[at + 1 :]]
    return np.array([zlib.crc32(name.encode()) % N_BUCKETS for name in names], dtype=np.intp)


def sparse_row(question: str, answer: str) -> Vector:
    """(N_BUCKETS,), of length 1."""
    row = np.bincount(_sparse(look(question), look(answer)), minlength=N_BUCKETS).astype(np.float32)
    row = np.sqrt(row)
    return np.asarray(row / np.linalg.norm(row), dtype=np.float32)


@lru_cache(maxsize=256)
def vector_of(text: str) -> Vector:
    """The encoder's vector of a question with its answer: short ones come again. Raises EncoderMissingError."""
    return np.asarray(load_encoder().encode([text])[0], dtype=np.float32)


def joined(answer: Vector, both: Vector) -> Vector:
    """The vectors of an answer, and of the question with it, as one of length 1. The question's own would cost a call more, for a point at most."""
    return np.asarray(np.concatenate([answer, both], axis=-1) / math.sqrt(2.0), dtype=np.float32)


def bent(products: Vector, squares: Vector, own: Vector) -> Vector:
    """A Gaussian of the distances between rows, from their products and squared lengths."""
    return np.asarray(np.exp(-STEEPNESS * np.maximum(squares + own - 2.0 * products, 0.0)), dtype=np.float32)


def _squares(rows: Vector) -> Vector:
    return np.asarray(np.einsum("ij,ij->i", rows, rows), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What an answer means, and how likely it does."""

    value: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndirectModel:
    """middle, turn: what makes short rows of joined vectors. rows: those of the examples; by_meaning: their weights, by_words: those of the buckets."""

    middle: Vector
    turn: Vector
    rows: Vector
    by_meaning: Vector
    by_words: Vector
    bias: Vector

    def scores(self, vectors: Vector, words: Vector) -> Vector:
        """(n, 3) of VALUES: from joined vectors and sparse rows."""
        short: Vector = np.asarray((vectors - self.middle) @ self.turn, dtype=np.float32)
        near = bent(short @ self.rows.T, _squares(self.rows), _squares(short)[:, None])
        return np.asarray(near @ self.by_meaning + words @ self.by_words + self.bias, dtype=np.float32)

    def meant(self, vectors: Vector, words: Vector) -> Meant:
        """The likeliest value of one answer."""
        shares = calibrated(self.scores(vectors[None], words[None]))[0]
        best = int(np.argmax(shares))
        return Meant(value=VALUES[best], confidence=float(shares[best]))


def calibrated(scores: Vector) -> Vector:
    """Probabilities of VALUES, per row."""
    raised = SLOPE * scores + np.array(BEFOREHAND, dtype=np.float32)
    shares = np.exp(raised - raised.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True), dtype=np.float32)


def save_indirect(model: IndirectModel, folder: Path = DATA) -> Path:
    """Writes the model in half precision and records its hash."""
    file = folder / "indirect.npz"
    np.savez(file, **{name: getattr(model, name).astype(np.float16) for name in IndirectModel.__dataclass_fields__})
    hashes = recorded_hashes(folder) | {file.name: hashlib.sha256(file.read_bytes()).hexdigest()}
    (folder / HASHES).write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items())), encoding="utf-8")
    return file


@lru_cache(maxsize=4)
def load_indirect(folder: Path = DATA) -> IndirectModel:
    """The model that ships with this package. Raises ModelDamagedError."""
    file = folder / "indirect.npz"
    try:
        actual = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as problem:
        raise ModelDamagedError(f"{file.name} cannot be read: {problem.strerror}") from problem
    if actual != recorded_hashes(folder).get(file.name):
        raise ModelDamagedError(f"{file.name} is not the file that {HASHES} names; train again with: make models")
    with np.load(file, allow_pickle=False) as arrays:
        return IndirectModel(**{name: arrays[name].astype(np.float32) for name in IndirectModel.__dataclass_fields__})

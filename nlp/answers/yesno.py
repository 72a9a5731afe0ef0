# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Yes, no and maybe, said directly. Indirect answers ("I have work in the morning") are not for rules."""

import re

from nlp.answers.fit import POLITE, Fit, exact, likely
from nlp.answers.phrasebook import read_phrases
from nlp.folding import Folded, word_set

_YES_WORDS = """
    y ye yes yess yesss yesh yep yepp yup yupp yap yeah yeahh yea yeh yah ya yh yas yass yus yuh aye sure surely ok okay okie okey oki okk k kk kay okayy alright alrite aight absolutely definitely definately certainly
    affirmative indeed totally correct true right agreed agree exactly precisely yessir confirmed confirm accept accepted approved deal gladly fine perfect great awesome cool positive yeap mhm mhmm uhhuh valid roger obviously
    ofc naturally undoubtedly sounds lovely brilliant yaas def defo fs bet 100 totes tots obvs okok can yh
    oui ouais ouai ouep ouaip yep si bah volontiers absolument certainement exactement exact parfait effectivement carrement evidemment grave dac daccord assurement avec
    va dacc si sip sipi claro vale dale bueno correcto exacto seguro perfecto obvio ciertamente efectivamente afirmativo simon orale venga hecho listo sisi
    ja jap jo jep jepp klar jawohl genau gerne gern sicher natuerlich naturlich selbstverstandlich selbstverstaendlich stimmt richtig korrekt unbedingt definitiv passt freilich jaa jaja doch einverstanden doch
"""
_NO_WORDS = """
    n no nope nop nopes nah nahh naw nay noo nooo noooo never negative negatory incorrect false untrue wrong invalid hardly pass decline declined cancelled nowt nuh noway refuse disagree nty nvm cannot
    non nan nenni jamais aucunement nullement faux negatif refuse
    no nop nel nones nunca jamas falso negativo tampoco incorrecto nope
    nein ne nee noe no nicht niemals nie keinesfalls keineswegs falsch auf
"""
_MAYBE_WORDS = """
    maybe mayb mabye perhaps possibly unsure uncertain dunno idk depends depend either undecided unclear whichever whatever idc eh meh might undetermined torn hmm hmmm potentially tbd
    peutetre possible possiblement eventuellement jsp bof quiza quizas talvez depende acaso posiblemente vielleicht evtl eventuell moglicherweise vllt womoglich unsicher unentschlossen
"""
_YES = frozenset(_YES_WORDS.split()) - {"auf", "avec", "sounds", "bah", "grave"}
_NO = frozenset(_NO_WORDS.split()) - {"auf", "nicht", "ne"}
_MAYBE = frozenset(_MAYBE_WORDS.split())
_KNOWN = _YES | _NO | _MAYBE
_YES_ALONE = frozenset({"can", "def", "fs", "bet", "100", "va", "ya"})
"""A yes by themselves; at the head of a sentence they are not ("can you call me")."""
_ADJECTIVES = word_set(
    "true right correct fine great perfect positive awesome cool brilliant lovely valid accepted approved confirmed deal"
)
"""A yes as a clause of their own; before a noun they say nothing ("true stories are better")."""

# Whole phrases, tried before single words. Each is read in the plain sentence.
_MAYBE_PHRASES = re.compile(
    r" (?:will see|cant say(?= \||$| $)|(?:dont|do not) know yet|(?:could|can|may|might|i know it could) (?:go|be) either(?: way| one)?|couldnt say|your guess is as good as mine|jury is (?:still )?out|i suppose it could(?: be)?|(?:im |i am )?unsure of|maybe is|ill? know later|i will know later|(?:im |i am )?afraid i (?:dont|do not) know(?: how)?(?: \w+){0,4}|not (?:so |very |really |quite |totally |actually |too |entirely |completely |exactly |100 )?(?:sure|certain|positive|clear)|(?:im |i am |am )?(?:not|un) ?(?:decided|sure)|(?:really )?(?:dont|do not|doesnt|didnt|couldnt|could not|not)(?: \w+)?(?: really| honestly)? (?:know|say|tell|have an answer|have a clue|have any idea|decide)|"
    r"no (?:idea|clue)|not a clue|havent (?:a clue|decided|got a clue)|hell if i know|who knows|beats me|maybe not|yes and no|could be (?:either|both|one|that one)(?: \w+){0,6}|(?:could|might) be(?= \||$| $)|either of them|it depends|let me (?:think|check|see)|ill (?:think|see|let you know|get back|check|know later)|i will (?:know|see|think|let you know)|"
    r"up in the air|hard to say|on the fence|fifty fifty|50 50|one or the other|either (?:one|of them|is)|need to (?:think|check)|we(?:ll| will) see|maybe (?:later|tomorrow)|i guess maybe|cant decide|unsure|torn|"
    r"je (?:ne )?sais pas|(?:ne |n )?sais pas|chais pas|j sais pas|peut etre|pas (?:tout a fait |vraiment |trop )?(?:sur|sure|certain|certaine)|ca depend|aucune idee|on verra|je verrai|j hesite|a voir|je vais (?:voir|reflechir)|faut voir|possible|"
    r"no (?:lo )?(?:se|sabria|sabemos)|no estoy (?:muy )?segur[oa]|tal vez|a lo mejor|puede(?: ser)?(?= \||$| $| que)|quien sabe|ni idea|ya vere(?:mos)?|lo pensare|puede que|mas o menos|todavia no se|"
    r"weiss (?:ich )?(?:noch )?nicht|keine ahnung|kann sein|mal (?:sehen|schauen)|nicht (?:ganz |so )?sicher|kommt drauf an|kommt darauf an|weder noch|bin (?:mir )?unsicher|jein|eventuell|schauen wir mal|muss (?:ich )?(?:noch )?(?:uberlegen|schauen))\b"
    r"|(?:不知道|不确定|不一定|不清楚|不好说|说不准|说不定|没想好|可能|也许|或许|大概|看情况|再说|看看再说|再说吧|再想想|考虑一下|考虑考虑|随便|都行|都可以|无所谓|不晓得|唔知|有可能|还没决定|再看)"
)
_NO_PHRASES = re.compile(
    r" (?:(?:unfortunately|im afraid|i am afraid|afraid|def|sadly|leider|probably|surely|obviously|clearly) (?:not|nicht|nein)|leider nein|i (?:cant|cannot|wont) make it|im out|i doubt (?:it|that|so)|i (?:decline|refuse|disagree)|(?:it|they|we|he|she)(?:s|re)? (?:is |are )?not(?= \||$| $)|(?:it|they|we|he|she) (?:isnt|arent|doesnt|dont|didnt|wont|cant|wasnt)(?= \||$| $)|(?:they|we) arent|under no circumstances|not (?:in a million years|even close|by a long shot)|(?:its|thats|that is|it is) (?:a |an )?(?:hard |firm |definite |big |clear )?no(?: from me)?|(?:completely|totally|absolutely|entirely|a) (?:completely |totally )?(?:false|wrong|untrue|incorrect)|dun want|cannot lah|no lah|not (?:really|now|today|tonight|yet|at all|at the moment|this time|right now|interested|for me|that|a chance|happening|likely|necessarily|necessary|particularly|true|right|correct|anymore|any more|tonight|so much|a fan|in the slightest|keen|good|gonna happen|going to happen|ok|okay|exactly)|wouldnt say(?: (?:so|that))?|cant say (?:so|that|i)|of course not|absolutely not|definitely not|certainly not|probably not|"
    r"surely not|why would i|no way|no thanks|no thank you|no chance|hell no|heck no|no need|nothing|nah thanks|no thx|no ty|i (?:dont|do not|didnt|did not|wont|will not|cant|cannot|couldnt|wouldnt|would not|havent|have not|am not|havent|never)(?: (?:want|like|think so|think|do|have|really|believe|need|agree|care))?|im not|"
    r"(?:dont|do not|cant|cannot|wont|didnt|havent|isnt|doesnt|wouldnt) ?(?:think so|believe so|want|like|agree)?|(?:id |i would |would )?(?:rather|prefer) not(?: to)?|better not|(?:ill|i will|gonna|going to|hard) pass|thumbs down|pass on (?:that|this|it)|count me out|im good|all good thanks|im fine thanks|not for me|never mind|nevermind|"
    r"that isnt|isnt (?:right|correct|true)|that is not|thats not|(?:youre|you are|you got (?:that|it)) wrong|maybe next time|another time|some other time|no longer|forget it|leave it|by no means|far from it|"
    r"pas (?:aujourdhui|vraiment|du tout|maintenant|encore|question|aujourd hui|interesse\w*|pour moi|cette fois|trop|forcement|d accord|ce soir)|non merci|bien sur que non|surement pas|certainement pas|absolument pas|jamais de la vie|hors de question|sans facon|(?:je |j )?(?:ne |n )?(?:veux|peux|pense|crois|suis|ai|aime) pas|pas question|plus tard|c est faux|"
    r"no gracias|para nada|claro que no|por supuesto que no|que va|en absoluto|ni hablar|ni loco|de ninguna manera|no (?:quiero|puedo|creo|tengo|me (?:gusta|interesa)|es asi|es cierto|es verdad|realmente|por ahora|ahora)|ahora no|todavia no|aun no|mejor no|creo que no|pienso que no|hoy no|paso(?= \||$| $)|otro dia|luego|"
    r"nein danke|auf keinen fall|auf gar keinen fall|ganz und gar nicht|eher nicht|lieber nicht|gar nicht|nicht (?:wirklich|jetzt|heute|so|unbedingt|mehr|notig|noetig|interessiert|moglich)|noch nicht|kein (?:interesse|bedarf)|keine lust|(?:ich )?(?:will|mochte|moechte|kann|glaube|denke|bin|habe) (?:\w+ )?nicht|natuerlich nicht|naturlich nicht|sicher nicht|bestimmt nicht|stimmt nicht|von wegen)\b"
    r"|(?:不是|不要|不用|不行|不可以|不能|不想|不会|不对|不好|不需要|不喜欢|不同意|不了|不必|不太|不去|不来|不方便|没有|没兴趣|没空|没时间|还没|算了|才不|唔系|唔要|唔好|冇|别|没门|不可能|不感兴趣|不买|不订|不参加)|^ (?:不|否|没|没有|无|唔)(?:的|呢|啊|呀|哦|谢谢)? (?:\||$)"
)
_YES_PHRASES = re.compile(
    r" (?:fo sho|uh huh|10 4|by all means|you (?:know|got) it|u (?:bet|know it|got it)|sounds gd|go 4 it|im (?:down|game)|i am game|lets do it|lets go(?= \||$| $)|(?:can|will) do|pls do|(?:it|she|he) (?:is|does|was|did|has|will)(?= \||$| $)|(?:they|we) (?:are|do|did|have|were|will|can)(?= \||$| $)|i (?:most )?certainly (?:do|am|will|would)|heck ya|i know (?:that )?(?:is|thats|its) true|(?:yeah |yes |sure |ok )?why not|of course|no (?:problem|prob|probs|worries|doubt|objection|objections|issue|problemo)|not a problem|without (?:a )?doubt|hell yes|hell yeah|heck yeah|heck yes|for sure|you bet|you betcha|sounds (?:good|great|fine|perfect|lovely|like a plan)|go (?:ahead|for it)|i (?:do|did|am|will|have|would|can)(?= \|| $| indeed| thanks)|i (?:think so|guess so|guess|believe so|suppose so|suppose|agree|hope so|accept|want (?:it|that|to|one)|really do|like (?:it|that|to)|love (?:it|to|that))|"
    r"(?:id|i would|ill|we would|wed) (?:love|like|be happy|be glad|be delighted|be up)(?: (?:to|that|it|for))?|(?:that|it|this)(?: would| will|d|ll)? ?(?:be |is |s )?(?:great|good|fine|ok|okay|lovely|perfect|awesome|nice|amazing|wonderful|cool|works|right|correct|true|a yes|yes|a fact|the truth)|thats? (?:right|correct|true|fine|ok|okay|great|good|perfect|it|a yes|a fact|the truth|how it is|works)|"
    r"works for me|count me in|im in|sign me up|bring it on|can we(?: please)?|(?:im )?(?:up|down) for (?:it|that)|you (?:are|re) (?:right|correct|not wrong)|youre (?:right|correct)|not (?:false|wrong|untrue|incorrect)|thumbs up|happy to|with pleasure|my pleasure|very true|very much so|as always|yes please|please do|of cause|all good|be my guest|im interested|interested|i am interested|couldnt agree more|want to|love to|"
    r"bien sur|d accord|pourquoi pas|avec plaisir|ca marche|c est (?:bon|ca|parfait|exact|juste|vrai|correct|oui)|je (?:veux|prends|confirme|suis d accord|suis interesse\w*|suis partante?|pense|crois|valide)(?: (?:bien|que oui|oui))?|sans (?:probleme|souci|doute|hesiter)|pas de (?:probleme|souci)|tout a fait|bien entendu|ca me (?:va|convient)|volontiers|mais oui|allez y|vas y|avec joie|grave|"
    r"por supuesto|como no|claro que si|desde luego|de acuerdo|por que no|porque no|con (?:mucho )?gusto|me (?:parece bien|encantaria|gustaria|interesa|apunto|encanta)|sin (?:duda|problema)|no hay problema|esta bien|eso es|asi es|creo que si|pienso que si|es (?:cierto|verdad|correcto)|si quiero|lo quiero|de una|cuenta conmigo|adelante|obvio|"
    r"auf jeden(?: fall)?|aber (?:klar|sicher|ja|gerne)|na klar|sehr gerne?|warum nicht|wieso nicht|kein (?:problem|ding|thema)|alles klar|in ordnung|das (?:stimmt|passt|ist richtig|ware toll|ist ok)|ich (?:glaube|denke) (?:ja|schon)|bin dabei|ich bin dabei|mit vergnugen|von mir aus|geht klar|ja bitte|passt mir|mach ich|hab ich|naturlich)\b"
    r"|(?:好的|好啊|好呀|好吧|好滴|可以|行啊|行吧|没问题|当然|是的|是啊|是呀|对的|对啊|对呀|要的|想要|愿意|同意|喜欢|确认|确定|有的|有啊|必须的|嗯嗯|嗯|没错|肯定|系啊|得啊|冇问题|棒|乐意|正是|中意|去的|我要|我想|会的|能的|不错|好好|为什么不|参加|没毛病|成交|不反对)|^ (?:好|行|是|对|要|有|会|能|中|成|得|系|嗯|恩|哦|噢|昂|可)(?:的|呢|啊|呀|哦|吧|了|谢谢|嘞|滴)? (?:\||$)"
)
_YES_SIGNS = re.compile("[👍👌✅✔☑🙌💯👏🆗🙏😀😃😄😁😊🙂😍❤🥰🎉🤝🤙]")
_NO_SIGNS = re.compile("[👎❌✖🚫🙅🙁☹😡🤮⛔]|✗|✘")
_MAYBE_SIGNS = re.compile("[🤷🤔😐😕🫤]")
_FILLERS = (
    POLITE
    | word_set("""i it is that this a an the my answer me would be of for to do am we you your very much really so too with thats its im youre ill id theres statement answer from man dude bro say says said must and one there uh um er hmm hm oh well
    from go ahead now absolutely totally definitely certainly then all alright je c est bien sur mais tout fait que ca moi el la lo es que eso por supuesto muy mucho ich es das schon doch mal sehr aber ist na 的 啊 呀 吧 呢 了 哦 我 也 那 就 很 非 常 love like sir maam dear team""")
)
_FLIPS = word_set("not isnt wasnt arent aint cant cannot never dont doesnt hardly no without nicht kein pas no nunca")
_FLIPPED_YES = re.compile(
    r" (?:not|isnt|wasnt|cant be|cannot be|can t be|never|aint|no way|nicht|pas|no es|n est pas|no way in \w+(?: that)?(?: is)?)(?: (?:be|at all|exactly|quite|really|the|a|that|is|si|tan|ganz|so|very|totally|completely))* (?:true|right|correct|accurate|valid|yes|vrai|juste|exact|correcto|cierto|verdad|richtig|wahr|korrekt)\b"
)
_FLIPPED_NO = re.compile(
    r" (?:not|isnt|wasnt|aint|cant be|pas|nicht|no es|no esta)(?: (?:be|at all|the|a|that))* (?:false|wrong|untrue|incorrect|invalid|no|faux|falso|falsch|mal)\b"
)


def read_yes_no(text: Folded) -> Fit | None:
    """`yes`, `no` or `maybe`, where the text says it outright.

    Maybe goes before no, and no before yes: "not sure" has "sure" in it, "of course not" has "of course".
    """
    if not text.words:
        return _sign(text)
    if fit := _condition(text) or read_phrases(text):
        alone = _single(text)
        return alone if alone and alone.value == fit.value else fit
    if fit := _single(text):
        return fit
    sentence = text.sentence
    for pattern, value in ((_FLIPPED_NO, "yes"), (_FLIPPED_YES, "no"), (_MAYBE_PHRASES, "maybe")):
        if match := pattern.search(sentence):
            return _phrase(text, sentence, match, value)
    yes, no = _YES_PHRASES.search(sentence), _NO_PHRASES.search(sentence)
    # "y" opens a Spanish sentence ("y qué más"); only alone is it a yes.
    opening = text.words[0] if len(text.words[0]) > 1 else ""
    if opening in _NO and not text.lettered.startswith("non-") and not (yes and yes.start() == 0):
        return _opened(text, "no", contradicted=yes is not None)
    if opening in _MAYBE and len(text.words) <= 8:
        return likely("maybe", 0.6, f"begins with {opening}")
    adjective = opening in _ADJECTIVES and len(text.sentence.split("|", 1)[0].split()) > 2
    if opening in _YES and opening not in _YES_ALONE and not adjective and not (no and no.start() == 0):
        return _opened(text, "yes", contradicted=no is not None)
    if yes and no and yes.span() != no.span():
        # The longer phrase holds the shorter: "no problem" holds "no", "of course not" holds "of course".
        yes, no = (yes, None) if yes.start() <= no.start() and yes.end() >= no.end() else (None, no)
    if no:
        return _phrase(text, sentence, no, "no")
    if yes:
        return _phrase(text, sentence, yes, "yes")
    return _somewhere(text)


# What makes an answer hang on something else, or puts it off: it opens the text, whatever follows.
_OPENERS = word_set(
    "yes yeah yep sure ok okay no maybe well oui ouais non sip claro vale bueno ja klar gerne hm hmm um umm uh but mais pero aber only just solo nur erst seulement 好 行 那 嗯 |"
)
_CONDITIONS = re.compile(
    r" (?:if(?! only)|unless|as long as|so long as|provided|providing|assuming|depends? (?:on|how|what|who|where|when|if|whether)|depending on|it(?:ll| will)? (?:all )?depends?|that depends|sometimes|occasionally|on occasion|except (?:on|when|for|if))\b"
    r"| (?:i |we )?(?:need|have|got|gotta|would have|will have|ll have|want) (?:to )?(?:check|ask|talk to|speak to|consult|run it by|look at (?:my|the)|see (?:what|how|if|when|with))\b"
    r"| (?:i |ill |we |well )(?:need to |will |have to |gotta )?(?:check|ask|see (?:what|how|if|when)|think (?:about (?:it|that)|it over|on it)|let (?:you|u|ya) know|get back to (?:you|u|ya))\b| (?:let me|lemme) (?:check|ask|see|think|look|get back|talk|sleep on)\b"
    r"| (?:seulement |uniquement |que )?(?:si (?:j|je|il|on|c|tu|vous|elle|ca|la|le|les|mon|ma|possible)|sauf si|a condition|pourvu que|tant que|selon|ca depend|tout depend|parfois|je dois (?:voir|demander|verifier|en parler)|(?:il )?faut que (?:je |j )?(?:voie|demande|verifie|regarde|en parle|reflechisse))\b"
    r"| (?:solamente si|unicamente si|siempre (?:que|y cuando)|a menos que|a no ser que|mientras (?:no|que)|con tal de que|depende (?:de|del|si|que)|segun (?:el|la|como|lo)|si (?:hay|tengo|me da|no (?:llueve|hay|tengo|es|esta|hace)|hace|el|la|mi|es)|tengo que (?:ver|preguntar|consultar|pensar|hablar|mirar)(?:l[oea]|me|selo)?|(?:dejame|deja|dejeme) (?:ver|pensar|preguntar|consultar|revisar))\b"
    r"| (?:erst |hochstens )?(?:wenn|falls|sofern|solange|vorausgesetzt|ausser wenn|kommt (?:ganz )?(?:drauf|darauf|auf)|hangt (?:davon|vom|von)|je nachdem|manchmal)\b| (?:ich )?muss (?:\w+ ){0,5}(?:fragen|schauen|nachdenken|nachschauen|nachsehen|uberlegen|checken|klaren|abklaren|besprechen)\b"
    r"| (?:如果|要是|假如|除非|只要|只有|取决于|视乎|(?:等我|让我|我得|得|我要)(?=[^|]{0,8}(?:问|看看|查|想想|考虑|商量)))"
)


_ONLY = re.compile(r"\b(?:but|mais|pero|aber)\b.* (?:only|just|solo|nur|erst|seulement)\b")


def _condition(text: Folded) -> Fit | None:
    """Maybe, where the answer hangs on something: "only if it's free", "I have to ask my boss"."""
    if len(text.words) > 24 or text.lettered.rstrip().endswith(("?", "？")):
        return None
    words = text.sentence.split()
    first = next((at for at, word in enumerate(words[:5]) if word not in _OPENERS), 0)
    opened = " " + " ".join(words[first:]) + " "
    if first and _ONLY.search(" ".join(words[:first])) and set(words[:first]) & _YES and len(words) > first:
        return likely("maybe", 0.85, "yes, but only")
    match = _CONDITIONS.match(opened)
    return likely("maybe", 0.85, f"a condition: {match.group().strip()}") if match else None


_DRAWN = re.compile(r"(\w)\1{2,}")


def _single(text: Folded) -> Fit | None:
    typed = [_DRAWN.sub(r"\1", word) if word not in _KNOWN else word for word in text.words]  # "yessss", "ouiii"
    core = [word for word in typed if word not in POLITE] or typed
    if len(core) > 4:
        return None
    for words, value in ((_MAYBE, "maybe"), (_NO, "no"), (_YES, "yes")):
        if all(word in words for word in core):
            return exact(value, f"word {core[0]}")
    return None


def _sign(text: Folded) -> Fit | None:
    found = [value for signs, value in ((_YES_SIGNS, "yes"), (_NO_SIGNS, "no"), (_MAYBE_SIGNS, "maybe")) if signs.search(text.raw)]
    return exact(found[0], "emoji") if len(found) == 1 else None


def _phrase(text: Folded, sentence: str, match: re.Match[str], value: str) -> Fit | None:
    rest = (sentence[: match.start()] + " " + sentence[match.end() :]).replace("|", " ").split()
    known = _FILLERS | {"yes": _YES, "no": _NO, "maybe": _MAYBE}[value]
    why = f"phrase {match.group().strip()}"
    if all(word in known for word in rest):
        return exact(value, why)
    if all(word in known for word in _clause_around(sentence, match)):
        return likely(value, 0.85, why)
    # "not really my thing" says no; "I don't get paid much" says nothing, whatever was asked.
    if len(rest) > 6 or _LOOSE.match(match.group()):
        return None
    return likely(value, 0.7, why) if match.start() == 0 or value == "maybe" or _FLIPPED.search(sentence) else None


_FLIPPED = re.compile(f"(?:{_FLIPPED_YES.pattern})|(?:{_FLIPPED_NO.pattern})")
_LOOSE = re.compile(
    r" (?:i |im|dont|do not|cant|cannot|wont|didnt|havent|isnt|doesnt|wouldnt|nothing|never|want|love|could|might|need|no se|no (?:tengo|quiero|puedo)|je |j |ich )|[不没别还我喜有想会能]"
)


def _clause_around(sentence: str, match: re.Match[str]) -> list[str]:
    """The other words of the clause that a phrase stands in."""
    start = sentence.rfind("|", 0, match.start() + 1) + 1
    end = sentence.find("|", match.end() - 1)
    return (sentence[start : match.start()] + " " + sentence[match.end() : end if end >= 0 else None]).replace("|", " ").split()


def _opened(text: Folded, value: str, *, contradicted: bool) -> Fit | None:
    known = _FILLERS | {"yes": _YES, "no": _NO}[value]
    if all(word in known for word in text.words):
        return exact(value, f"begins with {text.words[0]}")
    first_clause = text.sentence.split("|", 1)[0].split()
    if len(first_clause) == 1 or not contradicted:
        return likely(value, 0.85, f"begins with {text.words[0]}")
    return likely(value, 0.65, f"begins with {text.words[0]}")


_SURE_YES = word_set("yes yeah yep yup absolutely definitely affirmative oui ouais si claro ja klar true correct agreed")
_SURE_NO = word_set("nope nah nein non negative false wrong incorrect untrue invalid no negatory")


def _somewhere(text: Folded) -> Fit | None:
    """A clear word anywhere in a short text: "I'd say yes"."""
    if len(text.words) > 7:
        return None
    ends = {text.words[0], text.words[-1]}
    said = {value: bool(ends & words) for value, words in (("yes", _SURE_YES), ("no", _SURE_NO), ("maybe", _MAYBE))}
    if said["maybe"]:
        return likely("maybe", 0.8, "a word within a sentence")
    if said["yes"] is said["no"]:
        return None
    flipped = any(word in _FLIPS - {"no"} for word in text.words)
    value = "yes" if said["yes"] is not flipped else "no"
    return likely(value, 0.75, "a word within a sentence")

# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Names of people, as they give them: "it's Ann", "je m'appelle Zoé", "我叫王小明"; not "I'm hungry", not a question, not a yes."""

import re
import unicodedata

from nlp.answers.fit import FILLERS, NEGATIONS, POLITE, Fit, exact, likely
from nlp.answers.yesno import read_yes_no
from nlp.folding import Folded, fold, word_set

_GREETING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|heya|hiya|howdy|good (?:morning|afternoon|evening)|salut|bonjour|bonsoir|coucou|hola|buenas|buenos dias|buenos días|hallo|moin|guten tag|yes|yeah|yep|sure|ok|okay|oui|si|sí|ja|well|of course|claro|klar|there|你好|您好|好的|嗨)(?:\W+|$))+",
    re.IGNORECASE,
)
# What can be followed by a name only, and what is followed by much else ("I'm busy").
_STRONG = re.compile(
    r"(?:(?:my|the)\s+(?:full\s+|first\s+|last\s+|real\s+)?name(?:'?s|\s+is)?|(?:full\s+|first\s+|last\s+)?name(?:\s+is|\s*[:=-])?|(?:you\s+can\s+|please\s+|just\s+)?call\s+me|(?:they|everyone|people|friends|my\s+friends)\s+calls?\s+me|i\s+go\s+by|i'?m\s+called|i\s+am\s+called|known\s+as|"
    r"j(?:e\s+)?\s*m\s*['’]?\s*appel+e?|on\s+m\s*['’]?\s*appelle|appel(?:le|ez)[- ]moi|moi\s+c\s*['’]?\s*est|mon\s+(?:nom|prenom|prénom)(?:\s+est|\s*,?\s*c['’]est|\s*:)?|"
    r"(?:yo\s+)?me\s+llamo|mi\s+nombre(?:\s+es|\s*:)|me\s+dicen|ll[aá]mame|ich\s+hei(?:ß|ss)e|mein\s+name(?:\s+ist|\s*:)?|nenn(?:en\s+sie)?\s+mich|name\s+ist|nombre\s*:|nom\s*:)(?=[\s:,=-])[\s:,=-]*",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"(?:i\s*['’]?\s*a?m|it\s*['’]?\s*i?s|this\s+is|that'?s|je\s+suis|c['’]\s*est|ici|ici\s+c['’]est|(?:yo\s+)?soy|aqu[ií]|es|ich\s+bin(?:\s+(?:der|die))?|hier\s+(?:ist|spricht)|hier)(?=[\s:,])[\s:,]*",
    re.IGNORECASE,
)
_HAN_STRONG = re.compile(
    r"(?:我的?(?:名字|全名|姓名)(?:是|叫)|我叫|叫我|名字(?:是|叫)?|姓名(?:是)?|本人(?:叫)?|大家叫我|我姓|免贵姓|叫)[:：，,\s]*"
)
_HAN_WEAK = re.compile(r"(?:我是|这是|这里是)[:：\s]*")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文欧温葛庄柯翁殷施牛洪倪樊季俞章鲁阎"
)
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木", "南宫")
_NO_HAN_NAMES = word_set(
    "老师 老板 老人 老婆 老公 老乡 小姐 小孩 小时 小心 老客户 小学生 老顾客 东方人 谢谢 何时 何必 方便 高兴 马上 常常 任何 关于 万一 白天 黄色 金额 成功 安全 平时 文字 方法 高度 易懂 温度 江湖 石头 牛奶 马路 毛病 白色 黄昏 何人 何处 常见 程序 任务 向来 林子 水果 周末 周一 周二 周三 周四 周五 周六 周日 周天 万分 万岁 金牌 龙虾 马马虎虎 何苦 余下 许多 武器 严重 严格 严肃 于是 章程 康复 常用 文件 石油 黄金 白菜 牛肉 高级 方式 温暖 夏天 秦朝 顾客 易用 贺卡 施工 季节 庄严 田野 曾经 段子 陆续 范围 向前"
)

_CALL_ME = word_set(
    "tomorrow later back when at on asap now again tonight today in after before if maybe monday tuesday wednesday thursday friday saturday sunday not crazy anytime"
)
# Ordinary words of five languages: a text that has one of them is no name, unless a word that belongs only to names goes before.
_COMMON = word_set("""
    what who why how when where which whose are do does did can could would should shall may not help stop none nothing something anything fine good great bad your our their and or but with without from
    private secret anonymous later tomorrow today tonight name i we they you he she want wants need needs have has had rather busy happy sorry maybe guess lol lmao haha same before already told tell telling wait waiting
    interested going bot human person tired coming driving sick late hungry ready home work working there gone back in out up down free sure unsure confused lost angry annoyed asking calling texting looking thinking getting trying
    book booking table order cancel call text message number phone email address new customer client old young single married pregnant vegan vegetarian allergic away available unavailable done finished okay correct right wrong true false
    idk dunno whatever nobody no-one noone everyone somebody someone only other another next last first second long short time day week month year morning evening night problem question answer because really still always never
    friend mum mom dad wife husband brother sister son daughter boss afraid glad well here him her them us mr mrs ms doing being a an the that it its to too for of by as at so if then than more less most
    quoi pourquoi comment qui quand ou quel quelle je tu nous vous ils elle on sais sait suis es est sont ai as avez occupe occupee fatigue fatiguee malade pret prete content contente desole desolee perdu perdue client cliente
    plus tard demain hier peut etre veux voudrais peux faut rien personne toujours jamais encore deja aussi tres trop ca cela ceci bien bon bonne mal ok secret prive inconnu ici chez dispo libre cest dont regarde regardent
    que quien donde cuando cual como estoy esta este ocupado ocupada cansado cansada enfermo enferma listo lista perdido cliente clienta nuevo nueva vegano vegana vegetariano vegetariana luego despues tarde pronto manana ayer hoy ahora quiero puedo tengo necesito se sabe nadie nada algo
    soltero casado casada feliz triste aqui alla secreto privado importa digo decir mujer hombre madre padre hijo hija verdad mentira solo
    was wer wie wo wann warum wieso welche ich du er sie wir ihr bin bist sind mude muede beschaftigt krank fertig bereit hungrig spat spater morgen gestern heute jetzt gleich vielleicht weiss kann will muss habe hast hat keine ahnung niemand nichts
    outside inside upstairs downstairs nearby abroad pensioner student nurse teacher retired unemployed disabled diabetic coeliac celiac intolerant bored excited nervous worried ill well hot cold full empty scared stuck broke
    vegetarien vegetarienne vegetalien allergique diabetique etudiant etudiante retraite retraitee medecin infirmiere presse pressee dehors journee soiree nuit annee souci parti partie vegan vegane enceinte marie mariee celibataire
    alergico alergica diabetico diabetica estudiante jubilado jubilada medico enfermera afuera fuera dentro adentro buen buena buenos buenas dia dias tarde tardes noche noches celiaco celiaca embarazada
    draussen drinnen drin student studentin rentner rentnerin lehrer lehrerin arzt arztin allergiker allergikerin diabetiker diabetikerin veganer veganerin vegetarierin schonen schoner guten guter tag abend nacht woche allein ledig oben unten
    geheim privat egal geht dich nix an kunde kundin neu verwirrt vegetarier allergisch unterwegs verheiratet schwanger dabei zuhause traurig froh glucklich sicher wirklich immer noch schon auch aber oder und nicht mehr
    """)
_SOUNDS = re.compile(r"(?:(?:ha|he|hi|ho){2,}h?|e+h+|a+h+|o+h+|u+h+|h+m+|wa+h*|ya+y*|hai|yo+)")
_BLOCKED = (_COMMON | FILLERS | POLITE | NEGATIONS) - word_set("will mark may rose al")
_ALWAYS_NO = NEGATIONS | word_set(
    "what who why how yes yeah ok okay none nothing secret private anonymous you your later tomorrow quoi rien oui nada quien que por warum was geheim nichts it the a an is not rather important business"
)
_PARTICLES = word_set("de del der den la las los le les von van vom zu zur di da do dos du y e bin al el ibn ben st san mac mc und ten ter")
_SUFFIXES = re.compile(r"(?:ing|ed|ée?|ées?|ados?|adas?|idos?|idas?|igt|iert|ly)$")
_NO_SUFFIX = word_set(
    "ahmed mohammed muhammad mohamed fred ned ted ed jared alfred winifred manfred siegfried wilfred zoe zoé andré andre rené rene renée renee josé jose noé noe desirée aimée chloé chloe esmé ming jing ying ping ling qing xing sterling kelly emily sally molly polly billy lily holly carly beverly kimberly salado"
)
_TAIL = re.compile(
    r"[\s,.!;-]+(?:here|speaking|please|pls|thanks|thank you|thx|ty|btw|by the way|again|from\s.*|nice to meet you.*|and (?:you|i|my|yours?)\b.*|but\s.*|for short|my name|merci.*|svp|s'il vous pla[iî]t|enchant[ée]e?.*|voil[aà]|gracias.*|por favor|encantad[oa].*|mucho gusto.*|danke.*|bitte|hier|mein name|am apparat|freut mich.*|à l'appareil)[\s.!]*$",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]+)*\.?(?:[ ]+[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]+)*\.?){0,4}")
_HAN_NAME = re.compile("[\u3400-\u9fff]{1,4}(?:[·•][\u3400-\u9fff]{1,6})?")
_EDGES = re.compile(r"^[^\w]+|(?:\s*[:;=xX8][-']?[)(DdPp]+|\s*<3|[^\w.])+$")


def read_name(text: Folded) -> Fit | None:
    """A name of one to five words; "my name is" and its like are taken off. Written in small letters it is given capitals."""
    raw = " ".join(unicodedata.normalize("NFKC", text.raw).replace("’", "'").split())
    if raw.rstrip().endswith("?") or len(raw) > 160:
        return None
    yes_or_no = read_yes_no(text)
    if yes_or_no is not None and yes_or_no.exact:
        return None
    rest = _trimmed(_GREETING.sub("", raw, count=1))
    if re.match(r"[\u3400-\u9fff]", rest):
        return _han_name(rest)
    strong, weak = _STRONG.match(rest), _WEAK.match(rest)
    name = _cut(rest[(strong or weak).end() :]) if strong or weak else _trimmed(_TAIL.sub("", rest))  # type: ignore[union-attr]  # one of them is there
    if re.match(r"[\u3400-\u9fff]", name):
        return _han_name(name)
    if not _NAME.fullmatch(name) or len(name) > 60 or not _may_be_name(name, strong=strong is not None, weak=weak is not None):
        return None
    if strong or weak:
        return exact(_with_capitals(name), "name")
    return _bare_name(name)


def _bare_name(name: str) -> Fit | None:
    """Words that nothing introduces: surely a name where each is capital; "Glass house" and "see you" may be anything."""
    words = [word for word in name.split() if word.lower() not in _PARTICLES]
    if _DRAWN.search(name.lower()) or len(words) > 5:
        return None
    if name.isupper() and len(words) > 3:
        return None
    if all(word[0].isupper() for word in words):
        return exact(_with_capitals(name), "name") if len(words) <= 3 else likely(_with_capitals(name), 0.6, "may be a name")
    sentence = words[0][0].isupper() and len(words) > 2
    return None if sentence or len(words) > 3 else likely(_with_capitals(name), 0.7, "may be a name")


_DRAWN = re.compile(r"([^\W\d_])\1\1")  # "sooorry"


def _trimmed(raw: str) -> str:
    """Without quotes, emoji and emoticons around; a point stays ("Jr.", "J.")."""
    return _EDGES.sub("", raw).strip(' "“”')


def _cut(rest: str) -> str:
    """Without what is said after a name: "Ann here", "Ann, nice to meet you"."""
    name = _trimmed(_TAIL.sub("", _trimmed(rest)))
    name = re.split(r"[,;!?]\s*|(?<=[^\W\d_]{3})\.(?:\s|$)|\s[-–(]", name, maxsplit=1)[0]
    return _trimmed(_TAIL.sub("", name))


def _may_be_name(name: str, *, strong: bool, weak: bool) -> bool:
    words = [fold(word).replace("'", "") for word in re.findall(r"[^\W\d_](?:[\w'’]*\w)?", name)]
    if not words:
        return False
    if strong:
        return (
            words[0] not in _CALL_ME
            and not any(word in _ALWAYS_NO and word not in _PARTICLES for word in words)
            and words[0] not in {"at", "and"}
        )
    if any(word in _BLOCKED and (word not in _PARTICLES or n == 0) for n, word in enumerate(words)):
        return False
    if not weak and any(_SOUNDS.fullmatch(word) for word in words):
        return False
    if len(words) > 3 and not name[0].isupper():
        return False
    # "I'm knackered", "je suis débordé": what is in small letters and ends so is a state, not a name.
    last = name.split()[-1].lower()
    return not (weak and name.islower() and _SUFFIXES.search(last) and last not in _NO_SUFFIX)


def _with_capitals(name: str) -> str:
    shouted = name.isupper() and len(name) > 2 and re.search("[AEIOUYÀ-Ü]", name) is not None
    if not (shouted or name[:1].islower()):
        return name
    parts = name.lower().split(" ") if shouted or name.islower() else name.split(" ")
    return " ".join(
        part if n and part in _PARTICLES else re.sub(r"(?<![^\W\d_])[^\W\d_]", lambda first: first.group().upper(), part)
        for n, part in enumerate(parts)
    )


def _han_name(rest: str) -> Fit | None:
    strong, weak = _HAN_STRONG.match(rest), _HAN_WEAK.match(rest)
    started = strong or weak
    name = re.split(r"[，,。！!；;\s]", rest[started.end() :] if started else rest, maxsplit=1)[0]
    name = re.sub("(?:谢谢|吧|哦|啊|呀)$", "", name)
    if strong and re.fullmatch(r"[^\W\d_][\w '.-]{0,40}", name) and name.isascii():
        return exact(_with_capitals(name), "name")
    if not _HAN_NAME.fullmatch(name) or name in _NO_HAN_NAMES or re.search("[不没什么吗呢谁我你的了吧到去要会能是上下]", name):
        return None
    if strong or (name.startswith(_DOUBLE) and len(name) in (3, 4)):
        return exact(name, "name")
    nickname = len(name) in (2, 3) and name[0] in "小阿老"
    if (name[0] in _SURNAMES and (len(name) in (2, 3) or ((len(name) == 4 and name[1] in _SURNAMES) or "·" in name))) or (
        weak and nickname
    ):
        return exact(name, "name") if weak else Fit(value=name, exact=True, confidence=0.9, why="name")
    return None

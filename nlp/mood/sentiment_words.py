# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""Words and signs of praise and complaint, folded, in five languages. Written for what customers say to a business."""

import re

from nlp.folding import word_set

POSITIVE = word_set("""
    accurate adored affordable amazed amusing appealing appreciative attractive balanced bargain beat beats beneficial benefit benefits bless blessed bonus brilliantly breeze bright bullish cheer cheerful classy clear clearer clearly
    comfy commend compact congratulations convenient crisp cute dandy dazzling delight delightful dependable durable easier easiest easily effective effortless efficient elegant enjoyable enjoys entertaining enthusiastic excelled
    excels exceptional exceeded exceeds exquisite faster fastest fav fave fascinating flawlessly flexible fortunate fortunately freedom friend friends fulfilled gem generous genius gentle genuine gift glorious gr8 grin grinning
    handsome handy happier happily hilarious hope hopeful hopefully hoping hug hugs ideal impress impresses improved improvement improves incredibly innovative inspired inspiring interested interesting intuitive joy joyful kudos laugh
    laughing laughs legendary likes lmao lol lolz luck lucky luv magical magnificent marvelous masterpiece memorable merry neat nicely nicer niceness outstandingly paradise passion peaceful perfection perfectly phenomenal pleasantly
    please plus powerful praise precious pretty prompt promptly proud quality quickly refreshing relaxed relaxing relieved remarkable respectful responsive rewarding rich robust rocks safe satisfaction satisfying sexy sharp simple
    sleek smart smile smiles smiling smoothly snazzy solid solved soothing special spectacular stunning sturdy stylish success successful succulent sufficient superior support supportive surprised sweetest sweetheart talented tender
    thankful thrilled tnx trusted trustworthy unbeatable useful valuable versatile vibrant victory warm welcome win winner winning wins won woo worthwhile yaay yippee woot haha hahaha hehe xoxo fantastically blast cracking
    banging legend lush
    good great excellent amazing awesome fantastic wonderful perfect lovely nice love loved loving loves like liked enjoy enjoyed enjoying best better happy pleased glad delighted satisfied thanks thank thankyou thx ty brilliant superb
    delicious tasty yummy yum beautiful fabulous incredible outstanding friendly helpful kind quick fast fresh clean cool fun impressed impressive recommend recommended appreciate appreciated grateful fine well smooth easy comfortable
    cozy cosy charming favorite favourite wow yay woohoo hooray congrats excited exciting fab ace top terrific splendid pleasant polite professional worth gorgeous sweet bravo cheers lit dope pleasure welcoming reliable flawless magic
    super genial geniale excellent excellente parfait parfaite merveilleux merveilleuse formidable magnifique bon bonne bien mieux meilleur meilleure content contente ravi ravie heureux heureuse satisfait satisfaite adore aime adorable merci bravo
    delicieux delicieuse top sympa agreable rapide gentil gentille impeccable chouette cool beau belle extra nickel recommande plaisir excellents accueillant
    bueno buena buenos buenas bien excelente excelentes genial perfecto perfecta maravilloso maravillosa fantastico fantastica increible encanta encanto encantado encantada gusta gusto feliz contento contenta satisfecho satisfecha gracias
    delicioso deliciosa rico rica riquisimo hermoso hermosa lindo linda mejor amable rapido rapida estupendo estupenda chevere padre padrisimo recomiendo recomendable guay bacano agradable espectacular
    gut gute guter gutes super toll tolle tolles klasse prima perfekt wunderbar ausgezeichnet hervorragend fantastisch schon schone schoner lecker leckere freundlich freundliche nett nette zufrieden glucklich begeistert liebe lieben geil mega danke besser
    beste bestens gefallt gefallen empfehle empfehlenswert schnell sauber herrlich grossartig gern gerne freue spitze
    """)
NEGATIVE = word_set("""
    abuse abused abysmal ache afraid aggressive annoyance anxious appalled argue arrogant ashamed atrocious attack awfully awkward bother bothered bothersome broke bs bug buggy bugs bullshit cancel careless cheap cheaply cheat clumsy
    clunky complained complaining complaints complicated con concern concerned concerns confuse confuses cramped crash crashed crashes crashing crazy creepy cried criminal crisis cruel cry crying cumbersome cursed damage damn dang
    danger dangerous darn dead deaf death deceive defect defective defects delay delays denied depressed depressing desperate destroyed died dies difficult difficulty dire dirtier disagree disappoint disappoints dishonest dislike
    disliked dismal disrespect dissapointed dissappointed distorted distress disturbing dodgy doubt downside drag drawback dread drop dropped dumb embarrassed embarrassing error errors evil excuse excuses exhausted fake fault faults
    faulty fear fell fight filthy flaw flawed flaws flimsy fool foolish forget forgot fragile freaking freezes freezing frozen fuck fucked fucking fussy garbled glitch glitches gloomy greedy grief grumpy guilty harassed hard harder
    harm harsh heartbroken hell helpless hurts idiot idiots impatient impolite inaccurate inadequate incompatible incompetent inconvenient inconsistent incorrect inferior insane insult insulted insulting irritated irritating jealous
    jerk junk kill killed killing lack lacking lacks lag laggy lame lazy leak leaked leaking leaks limited limiting loneliness lonely lose loser losing loss loud malfunction mean misled misleading miserable miss missed mistake
    mistakes moan muddy murder negative neglected nerve nervous noise nonsense obnoxious odd offended offensive oops outdated overheat overheats overcharged overrated pain pissing pity pointless poorly pricey prohibitive protest rage
    refuse refused regretted reject rejected rotten ruin ruined ruins sadly sadness scammed scared scary scratch scratched scratches screwed scream screaming severe shabby shady shame shaky shocked shoddy short shortcoming
    shortcomings sickening silly slack sloppy slower slowest sluggish smell smelly smells sob sore stalled steal stink stinks stinky stole stolen strange stress stressed stressful struggle struggling stuck substandard sucky suffer
    suffered suffering sux tacky tedious tear tears threat tiny tiresome tough toxic tragic trouble troubles ugly unable unacceptably unclear uncomfortable unfair unfinished unfortunate unhealthy unimpressed unpleasant unresponsive
    unsatisfied unstable unsafe unusable upsetting vague vile violent vomit warped weak weird weep whine wobbly worn worried worries worry worrying worthless wreck wrecked yikes yuck yucky ewww eww argh grr grrr boo nope hopeless
    bad terrible horrible awful worst worse poor disappointing disappointed disappointment hate hated hates angry mad upset annoyed annoying annoys frustrated frustrating rude slow cold dirty disgusting gross nasty broken useless waste wasted
    wrong late delayed overpriced expensive rubbish trash garbage crap crappy shit shitty sucks suck sucked stupid ridiculous unacceptable pathetic joke fail failed failing failure problem problems issue issues complaint complain unhappy
    sad unfortunately scam fraud ripoff rip refund cancelled missing lost damaged stale burnt burned undercooked raw soggy bland tasteless inedible mess messy noisy crowded waited unprofessional ignored ignore avoid regret boring
    bored tired sick painful hurt pissed wtf ugh fed furious outrageous appalling dreadful lousy mediocre meh disaster nightmare unreliable dissatisfied confusing confused lied liar liars lies cheated unfriendly unhelpful
    mauvais mauvaise nul nulle horrible affreux affreuse terrible decu decue decevant decevante deception deteste pire lent lente sale degoutant degueulasse cher chere froid froide impoli impolie inadmissible inacceptable honte honteux scandaleux
    arnaque probleme problemes casse cassee perdu retard triste fache fachee colere mecontent mecontente desagreable inutile penible ennuyeux enerve enervee rate ratee catastrophe catastrophique marre lamentable impossible attente insupportable
    malo mala malos malas mal horrible terrible pesimo pesima peor feo fea asco asqueroso asquerosa odio decepcionado decepcionada decepcionante decepcion enojado enojada molesto molesta enfadado enfadada triste lento lenta sucio sucia caro cara frio fria
    grosero grosera problema problemas roto rota perdido estafa fraude verguenza inutil aburrido aburrida fatal desastre inaceptable lamentable queja frustrado frustrada demora basura
    schlecht schlechte schlechter schlechtes schlimm furchtbar schrecklich grauenhaft mies miese enttauscht enttauschend enttauschung hasse wutend sauer argerlich genervt nervig langsam kalt schmutzig dreckig eklig teuer unfreundlich unverschamt frech
    kaputt falsch falsche verspatet problem probleme traurig scheisse mist katastrophe unmoglich frechheit betrug nutzlos langweilig leider schade beschwerde unzufrieden peinlich zumutung
    """)
NEGATORS = word_set(
    "not no never isnt wasnt arent dont didnt doesnt cant couldnt wouldnt wont aint nothing hardly without pas ne n jamais aucun rien sans nunca sin tampoco nada nicht kein keine keinen nie ohne nichts"
)
INTENSIFIERS = word_set(
    "very so really extremely absolutely totally super too most tres vraiment trop tellement muy tan demasiado sehr wirklich echt total zu so"
) - {"super"}
POSITIVE_SIGNS = frozenset("👍👌😀😃😄😁😆😊🙂😍🥰😘😋🤩🥳🎉❤♥💕💖💯👏🙌✨⭐🌟☺😻🔥💪🤗😇🫶✅")
NEGATIVE_SIGNS = frozenset("👎😞😠😡🤬😢😭😤😒🙁☹😕😖😩😫🤮🤢💩😣😔😟😑🙄💔😾❌")
POSITIVE_HAN = re.compile(
    "很好|太好|真好|挺好|好吃|好喝|好看|好棒|棒|喜欢|满意|开心|高兴|完美|优秀|不错|赞|漂亮|感谢|谢谢|多谢|推荐|舒服|方便|热情|周到|新鲜|干净|快乐|爱|值得|惊喜|厉害|靓|正点|给力|好评|贴心|美味|期待"
)
NEGATIVE_HAN = re.compile(
    "差|糟|烂|难吃|难喝|难看|失望|讨厌|生气|气死|垃圾|恶心|骗|坏|慢|贵|脏|冷淡|麻烦|问题|投诉|后悔|伤心|难过|无聊|烦|郁闷|倒霉|可惜|退款|不行|太久|态度|恶劣|坑|假|破|臭|累|痛|惨"
)

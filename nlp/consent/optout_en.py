# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""English opt-outs: what is to stop, who is written to, and is it negated?"""

from nlp.consent.optout_grammar import Grammar, Words

# " | " ends a clause (see Folded.sentence); every pattern begins and ends at a space or a clause's end.
_WORDS = Words(
    {
        "end": r"(?= \| | $|(?: (?:please|pls|plz|plss+|thanks|thank you|thx|ty|now|already|again|anymore|any more|ever|ever again|ok|okay|at all|immediately|"
        r"asap|right away|today|sir|maam|guys|man|dude|ffs|thankyou|forever|permanently|for good|any longer|and|or|so|bc|because|cause|cuz|as|since|this is|im|i am|i|you|"
        r"its|wrong|on this|to this|from now on|in the future|in future|going forward|with your|with sales|with ads)(?= )))",
        "halt": r"stop|stopp|stahp|quit|cease|discontinue|halt|end|kill|cancel",
        "not": r"do not|dont|dnt|don t|never|never ever|not|please not|pls not|no",
        "me": r"me|us|my (?:phone|number|cell|mobile|line|inbox)|this (?:number|phone|line|cell|person)|my \w+ (?:phone|number|cell)|here|m(?= )",
        "thing": r"texts?|txts?|text ?messages?|txt msgs?|messages?|mesages?|massages?|msgs?|msg|sms|smses|mms|e ?mails?|mails|calls|alerts|notifications?|updates|reminders|offers|"
        r"texto|promos?|promotions?|promotionals?|promotional \w+|ads|adverts|advertisements?|advertising|marketing|newsletters?|spam|spams|spamming|junk|solicitations?|"
        r"communications?|correspondence|contact|robo ?calls|robo ?texts?|coupons|deals",
        "stuff": r"stuff|crap|shit|anything|things|nonsense|bs|garbage|bullshit|rubbish",
        "which": r"(?: (?:all|any|any more|anymore|more|these|those|such|the|your|ur|of|so|many|this|that|further|future|other|my|stupid|damn|damned|fucking|freaking|annoying|bloody|"
        r"random|unwanted|unsolicited|daily|weekly|constant|endless|marketing|promo|promotional|promotion|sales|automated|spam|spammy|junk|kind|kinds|sort|sorts|type|text|sms|sending|receiving|getting)){0,6}",
        "do": r"text|texts|txt|message|msg|mesage|sms|contact|call|phone|ring|write|write to|e ?mail|mail|ping|bother|spam|harass|annoy|disturb|bug|pester|notify|solicit|dm|reach out to|hit up",
        "doing": r"text+ing|txt+ing|texing|texring|messaging|messag|messeging|msging|msgin|contacting|e ?mailing|pinging|bothering|spam+ing|harr?ass?ing|disturbing|bugging|pestering|"
        r"notifying|soliciting|dming|blowing up|reaching out|hitting up|annoying|writing|(?:text|txt|msg|message|sms|contact|bother|spam|harass)",
        "subject": r"i|we|he|she|they|it|ppl|people|who|nobody|no one|mom|mum|dad|boss|friend|friends|customers?|that",
        "leave": r"un ?subs?cri\w*|un ?s(?=\w{0,3}b)(?=\w*[cr])\w{3,10}|un ?sub|unsubs|unsuscri\w*|unsubcri\w*|unscubscri\w*|unsubsrib\w*|de ?subscribe|disubscribe|opt(?:ing|ed)? ?out|opt (?:me|us|my \w+|this \w+) out|opt me off|unenroll?|deregister|unregister",
        "take": r"remove|removed|rwmove|remvoe|remov|rmove|delete|delet|erase|take|drop|scrub|strike|wipe|purge|unlist|pull|get|keep",
        "list": r"lists?|database|data ?base|system|records?|contacts?|contact list|program|programme|sms|texts?|txts?|messages?|mailing|mailings|marketing|subscriptions?|mailing list|"
        r"distribution|campaigns?|everything|all|here|file|files|service|chain|thread|call list|text list|directory|roster",
    }
)

_FILLERS = (
    r"please|pls|plz|plss+|ok|okay|k|thanks|thank you|thx|ty|hi|hello|hey|yo|yes|no|nope|omg|wtf|ffs|now|right now|already|sir|maam|guys|man|dude|just|immediately|immediatly|asap|i said|"
    r"said|sorry|for real|seriously|again|this|all|everything|all of it|all of this|of this|me|so|and|the|bot|spam|spamming|i am|im|done|not interested|no interest|not interested thanks|nothing|thankyou|kindly|at once|today|"
    r"can you|could you|would you|will you|can u|u|you|just please|thats|thats enough|that is enough|for the love of god|for gods sake|for fucks sake|for heavens sake|forever|messaging|texting|sending|go away|i mean it|i told you|god|really|a|long|no more|i want to|i would like to|i want you to|id like to|want to"
)

ENGLISH = Grammar(
    language="en",
    trigger=_WORDS.pattern(
        r"stop|unsu|\bdnc|\bstp |stahp|quit|cease|discontinue|halt|\bend\b|\bending\b|cancel|revoke|withdraw|consent|subs|subcri|suscri|opt(?:ed|ing)? |optout|unenrol|register|remove|rwmove|remvoe|remov|delet|erase|scrub|purge|unlist|"
        r"\b(?:take|drop|get|lose|forget|keep) |do not|\bdont|dnt|\bnot?\b|never|\bno more|no longer|enough|alone|away|\boff\b|spam|harass|block|report|wrong (?:number|person)|lawyer|sue\b|piss|desist|knock it|cut it|"
        r"wish|rather|prefer|strike|exclude|switch|turn |shut |disable|mute|fed up|get rid|rid of|had it|out of|respect|bother|disturb|allowed|permission|nobody|silence|peace|gave you|my number|count me|want off|\bout\b|zero|sick|go away|texts|messages|sick of|tired of|done with|too many|leave me|bugger|lost\b|nomore"
    ),
    first=_WORDS.named(
        asks_not_to=r" (?:can|could|would|will|may) (?:you|u|ya|yall|i)(?: \w+){0,3} (?:not|never) (?:<do>|be (?:sent|texted|messaged|contacted))(?:ing)?\b(?! .*\b(?:before|after|until|late|early|work|so often|instead)\b)| would you mind not (?:texting|messaging|writing|contacting|sending)\b(?! .*\b(?:before|after|until|late|early|work)\b)",
        were_told_to_stop=r" been (?:told|asked) (?:\w+ )?to (?:stop|quit|not (?:text|contact|message))\b",
        threat_of_consequences=r" (?:text|message|contact|call|msg|bother|write)(?: me| us| this number| to me)? (?:again|one more time|anymore)(?: \w+){0,3} (?:ill|i will|im|i am|going to|gonna|you will|youll)\b| (?:sue|report|block|file)\b(?: \w+){0,5} if (?:you|u|i)(?: \w+){0,3} (?:text|message|contact|call|hear|get|receive|send)\b",
        on_a_registry=r" (?:do not|dont|no) (?:call|contact|text) (?:registry|register|list)\b",
        asks_to_be_removed=r" (?:can|could|may|want|wish|like|need|please|have|get|to)(?: \w+){0,3} be (?:removed|taken off|deleted|unsubscribed)(?= (?:\||$|please|from (?:this|your|the|all|any|these) (?:list|lists|texts|messages|database|system|sms|number)|the list|your list|this list))",
        please_remove=r" (?:please|pls|plz|kindly|so|just) (?:remove|unsubscribe)(?: (?:me|us))? (?:\||$)",
        do_not_want_to_get_these=r" (?:dont|do not|no longer|never) (?:want|wish|need|care|like) to (?:get|receive|have|see|read) (?:these|this|them|any of (?:these|this)|anything)(?: (?:anymore|any more|any longer|again|please|from you))* (?:\||$)",
        told_to_stop=r" (?:told|tell|telling|asked|asking|said to|ask|begged) (?:you|u|yall|them|you guys|you people)(?: \w+){0,2} (?:stop|not to (?:text|contact|message|call|send)|dont (?:text|contact|message)|quit (?:texting|messaging|sending)|unsubscribe|remove me)\b",
        threat_unless_stopped=r" if (?:you|u|yall) (?:dont|do not|wont) (?:stop|unsubscribe|remove|quit|opt)\b(?! (?:by|at|working|taking))",
        asks_to_be_taken_off=r" (?:want|wish|like|ask|asked|need|needs|please|have|request|requesting|demand)(?: \w+){0,3} be (?:unsubscribed|opted out|removed from (?:\w+ ){0,3}<list>|taken off|left alone)\b",
        asks_whether_removed=r" (?:confirm|verify|make sure|ensure)(?: \w+){0,7} (?:removed|unsubscribed|opted out|taken off)\b",
        cease_and_desist=r" cease (?:and|&|n) desist\b",
        consent_withdrawn=r" (?:revoke|revoking|withdraw|withdrawing|rescind|retract|take back)(?: \w+){0,4} (?:consent|permission|authori[sz]ation|opt in)\b| (?:dont|do not|did not|didnt|never|no longer|not) (?:give |gave |have )?(?:you )?(?:my |any )?(?:consent|permission)\b",
    ),
    neutral=_WORDS.any_of(
        r" (?:leave|drop|put|knock|text|message|deliver|parcel|package)\b(?: \w+| \|){0,8} (?:dont|do not|no need to|never) (?:call|ring|phone|knock|buzz)\b(?! me)",
        r" (?:dont|do not|never|please dont) (?:<do>)(?: <me>)? (?:on |at )?(?:my|this|the) (?:work|office|old|other|home|wifes|husbands|moms|mums)\b(?=.* (?:this|instead|other|mine|new) )",
        r" (?:<take>) (?:me|us|him|her|them|my \w+|our \w+)(?: \w+)? (?:off|from|out of|off of) (?:the |your |this |my |our |that )*(?:wait ?list|waiting ?list|guest ?list|reservation|booking|queue|team|schedule|rota|order|table|appointment|class|invoice|bill)\b",
        r" (?:<leave>) (?:from what|what)\b| what (?:does|is|do|happens when) (?:i )?(?:the |an )?(?:<leave>)\b",
        r" enough (?:said|of that|for|to|time|space|room|sugar|milk|people|chairs)\b",
        r" (?:are|is) there (?:no|any) (?:more )?(?:<thing>)\b",
        r" (?:why|did|have|when|how come)(?: did| have| was| were)? (?:you|u|they|i|we)(?: \w+)? (?:<leave>)\b",
        r" (?:wont|doesnt|didnt|not|never|dont|cant|to|would|will) (?:just )?(?:leave|let) (?:me|us) (?:alone|be)\b",
        r" (?:i|we) (?:really |just )?(?:dont|do not|didnt|did not|wont|will not|would not|wouldnt|never|not) (?:\w+ ){0,4}(?:<leave>|(?:stop|quit)(?: <doing>)?|be removed|opt out)\b(?: <doing>(?: <me>)?)?",
        r" (?:dont|do not|didnt|did not|dnt|never|not|wont|please dont|pls dont|no need to|didnt mean to|not to|without) (?:(?:want|wanna|to|please|ever|you|u|just|really|need|have|like|mean|going|planning|wish|trying|accidentally|me) ){0,3}(?:<leave>|(?:stop|quit|cancel|end|delete|remove)(?: (?:sending|texting|messaging)(?: <me>)?(?: <thing>)?| my \w+| me)?)\b",
        r" (?:cant|cannot|couldnt|can t|wont|will not|never|doesnt|didnt|isnt|not|hasnt|non|nonstop|havent|wouldnt) (?:even |ever |really |just |seem to )?(?:stop|stopping|stopped|quit|end)\b",
        r" (?:non stop|nonstop|stopped|stops|stopping|stopper|stopover|stop over|stop sign|stop light|one stop|stop watch|stopwatch|stop loss|full stop|dead stop|door ?stop|pit ?stop|stop motion|stop and (?:go|smell)|stop button)\b",
        r" (?<! make)(?<! get)(?<! making) (?:bus|tram|train|truck|rest|coffee|last|next|first|final|second|third|another|one more|1 more|two|2|three|a|every|each|your|my|our|their|quick|short|previous|wrong|right|this|that|which|what|same|mrt|whistle|tour|the) stops?\b(?! (?:all|texting|messag|sending))",
        r" stop (?:by|at|in|off|over|for|here|there|on|near|outside|along|before|after|until|working|raining|crying|laughing|smoking|drinking|eating|worrying|playing|thinking|being|trying|learning|studying|shopping|ordering|buying|looking|going|using|taking|moving|talking abt|loving)\b",
        r" (?:i|we|u|you|he|she|they|it|ill|well|to) (?:will |would |can |could |should |must |have to |had to |gotta |might |may )(?:\w+ )?(?:stop|quit|end|cancel)\b(?! (?:texting|messaging|sending|contacting|spamming|bothering|harassing|the (?:texts|messages)|these|this|all))",
        r" (?:<subject>|ill|id|shall|to|would|will|may) never (?:<do>)\b",
        r" (?:if|when|before|after|unless|until|once|in case|what happens if|does it matter if) (?:i|we) (?:\w+ ){0,2}(?:<leave>|stop|opt out|cancel)\b",
        r" (?:<leave>) (?:later|any ?time|at any time|whenever|rate|rates|button color)\b",
        r" (?:was|were|been|got|get|am|im|are|being|accidentally|mistakenly) (?:\w+ )?(?:unsubscribed|opted out|un subscribed)\b",
        r" (?:no more|not more|dont want more|no longer) than\b",
        r" (?:why|when|how come|since when) (?:did|have|has|would|do|are) (?:you|u|they|yall|the \w+) (?:(?!not\b)\w+ )?(?:stop\w*|quit|discontinu\w*|end\w*|cancel\w*)(?: (?:sending|texting|the|my|doing))*\b",
        r" (?:why|how come) (?:dont|didnt|do not|did|havent) (?:you|u)\b",
        r" (?:<subject>|you|u|ya|if you|if u|im|youre|ur|why|she s|he s|ppl) (?:\w+ )?(?:dont|do not|dnt|never|not|doesnt|didnt|did not) (?:<do>)\b",
        r" (?:there (?:are|is|r)|got|have|had|receive|received|see|saw|sent|are|is|was) no (?:more |new |other )?(?:<thing>)\b",
        r" (?:dont|do not|never|dnt|not) (?:forget|hesitate|mind|worry|fail) to\b(?: <do> <me>)?",
        r" (?:quit|end|ended|ending|leave|left) (?:my|the|his|her|your|of|up|at|in|with) (?!(?:<thing>)\b)\w+\b",
        r" (?:weekend|year|month|day|week|by|at|in|the|until|till|to|front|back|high|low|dead|rear|that|this) (?:the )?end\b(?! (?:these|this|all|my|your|any|the (?:text|message|msg|sms|spam))\b)",
    ),
    stops=_WORDS.named(
        want_out=r"(?:^|\|) (?:ok |please |i |just |now )*(?:want|wanna be|id like|let me|wish to be) out(?: (?:please|pls|now|of this|of it))* (?:\||$)",
        fed_up_with_messages=r" (?:fed up with|sick of|tired of|had it with|had enough of|done with|through with|get rid of|want none of|no interest in|no use for|rid me of|spare me|cut out|put an end to|make an end of)<which> (?:<thing>)\b(?! (?:from (?:him|her|them|my)))",
        messages_go_away=r" (?:make|want|need|have|get|let|would like|like)<which> (?:<thing>)(?: to)? (?:go away|stop|end|cease|gone|stopped|stop coming|disappear)\b| (?:<thing>|these)(?: \w+){0,3} (?:must|should|need to|have to|has to|got to) (?:come to an end|end|stop|cease)\b",
        switch_off=r" (?:turn|switch|shut)<which> (?:<thing>) off\b",
        want_off=r" (?:want|wanna|like|need|get|let|take|count|leave|keep|exclude|withdraw|opt|sort|remove|strike|drop|i am|im)(?: (?:to be|to get|me|us|my \w+|this number|myself))* (?:off|out|out of|off of|from)(?: of)?(?: (?:this|these|the|your|any|all|ur|that|future|every|contact|mailing|text|sms|call|marketing)){1,4} (?:<list>|<thing>)\b",
        would_rather_not_be_written_to=r" (?:prefer|rather|wish|want|like|ask|asking|request|requested|demand|choose|wants?)(?: (?:that|to|you|u|if|would|for|him|i|be))* (?:not|never|didnt|dont|wouldnt|no longer|stop|quit)(?: (?:to|be|get|getting|ever|being))* (?:<do>|<doing>|contacted|texted|messaged|called|spammed|disturbed|bothered|reached|written to)\b(?: <me>)?<end>",
        not_allowed=r" (?:not|no longer|arent|never|dont have|do not have|have no|no)(?: \w+)? (?:allowed|permission|permitted|authori[sz]ed|right|consent)(?: (?:to|for))? (?:<do>|<doing>|send|sending|have my number)\b",
        in_peace=r" (?:leave|let) (?:my|this) (?:\w+ )?(?:phone|number|inbox|line|cell)(?: \w+)? (?:alone|in peace|be)\b",
        not_one_more=r" not (?:one|a single|another) (?:more |single )?(?:text|message|msg|sms|word|ad|promo)\b",
        no_further_contact=r" no (?:further|more|additional|future) (?:contact|communication|communications|correspondence|messages|texts|marketing)\b(?! (?:than|until|needed|required|details|info))",
        stop_doing_it_to_me=r" (?:<halt>) (?:\w+ ){0,2}?(?:<doing>)(?: (?:to|at|up))?(?: <me>)\b(?! (?:so (?:late|early)|at (?:night|work)|during|while|in the middle|before|until|that|names?\b))",
        stop_doing_it=r" (?:<halt>) (?:the )?(?:texting|txting|messaging|msging|spamm?ing|harass?ing|contacting|pestering|emailing|soliciting|contact|text|txt|msg)<end>",
        stop_calling=r" (?:<halt>) (?:calling|phoning|ringing|cold calling)(?: <me>)?<end>",
        stop_sending=r" (?:<halt>) sending(?: to| out)?(?: (?:me|us|my \w+|this number|to))?<which>(?: (?:<thing>|<stuff>)\b|<end>| me)",
        stp_sending=r" (?:stp|stahp|stob|stoop|sto) (?:sending|texting|txting|msging|messaging|the (?:texts|msgs|messages)|these|all)\b",
        call_or_text=r" (?:<not>|stop|quit)(?: \w+)? (?:call|calling|phone|email|emailing|contact|contacting|visit)(?: (?:me|us))?(?: (?:or|and|nor|n))+ (?:text|texting|txt|message|messaging|email|emailing|msg)(?: (?:me|us|this \w+|my \w+))?<end>",
        stop_all=r" (?:<halt>) (?:to )?(?:all|everything|all of (?:it|this|these|them)|these|all this)<end>",
        stop_the_messages=r" (?:stop|stopp|quit|cease|discontinue|halt|end|cancel|kill|no|turn off|switch off|shut off|disable|enough|enough of|enough with|done with|sick of|tired of|fed up with|had enough of|get rid of|mute)(?: with)?<which> (?:<thing>)\b(?! (?:me|us|from (?:him|her|them)|yet))"
        r"(?=(?: (?:with|please|pls|plz|thanks|to|at|from|for|on|now|already|ok|thank|today|immediately|asap|about|and|i|or|sent|coming|going|anymore|any|you|im|this|here|forever)\b.*)? (?:\||$)| \|)",
        the_messages_should_stop=r" (?:<thing>|these|this)(?: (?:need|needs|must|have|has|should|got|ought|are|to me|please|from you|just|all|really))*(?: to)? (?:stop|end|cease|be stopped|discontinued)\b(?! (?:by|at|in))",
        make_it_stop=r" make (?:it|them|this|these|these \w+|the \w+) stop\b",
        how_do_i_stop=r" (?:how|where|can|could|may|want|wanna|like|need|wish|trying|way) (?:\w+ ){0,3}(?:stop|turn off|cancel|end|quit)(?: (?:getting|receiving))?<which> (?:<thing>|this|these)\b(?= (?:\||$|please|from|to|now|completely|altogether))",
        do_not_write_to_me=r" (?:<not>)(?: (?:ever|you|u|you ever|please|u ever|try to|bloody|fucking))? (?:<do>|contacting|texting|messaging|calling)(?: to)? (?:<me>)<end>",
        do_not_write=r" (?:<not>)(?: ever)? (?:text|txt|message|msg|contact|spam|disturb|solicit|write|call)(?: (?:here|again|anymore|any more|ever|please|pls|ever again|back))* (?:\||$)",
        do_not_send=r" (?:do not|dont|dnt|don t|never|not)(?: (?:ever|u|you|please|bother))? (?:send|sending|sent|forward|keep sending)(?: to)?(?: (?:me|us|to|my \w+|this (?:number|phone)))?<which> (?:<thing>|<stuff>)\b(?! (?:until|till|before|yet|about|today|tonight|right|on (?:mon|tue|wed|thu|fri|sat|sun)))",
        do_not_send_again=r" (?:do not|dont|dnt|never) (?:send|sending) (?:me|us) (?:again|anymore|any more|any)\b",
        do_not_want_messages=r" (?:dont|do not|dnt|no longer|never|not|didnt|did not|dont even|doesnt|wont|prefer not|rather not|cease)(?: \w+){0,2}? (?:want|wanna|wish|need|care|require|subscribe|subscribed|sign up|signed up|ask|asked|agree|agreed)"
        r"(?: (?:to|be|get|getting|gotten|receive|recieve|receiving|have|hear|see|for|on|in|you|u|being|sent))*<which> (?:<thing>|contacted|texted|messaged|spammed|bothered|disturbed|harassed|solicited|called|your <stuff>)\b(?! (?:until|till|before|yet|names?|late|at (?:night|work)|it|that|him|her|back|confirm\w*|receipt|remind\w*|you))",
        do_not_want_to_hear=r" (?:dont|do not|no longer|never|dnt)(?: \w+){0,2} (?:want|wanna|wish|care|need|like|interested in|interested)(?: to)? (?:hear(?:ing)? from|anything (?:else )?from|to do with|anything to do with|contact from|contact with) (?:you|u|this|your|ya|yall|any)\b",
        do_not_want_you_to=r" (?:dont|do not|no longer) (?:want|wish|like|need) (?:you|u|yall|this \w+|anyone)(?: \w+)? (?:to )?(?:<do>|<doing>|sending) (?:<me>)\b",
        no_more_messages=r" (?:\| )?(?:no|nomore|zero) (?:more |further |other |additional )?(?:of )?(?:these |your |those |this |the )?(?:stupid |annoying |promo |marketing )?(?:<thing>)(?: (?:please|pls|thanks|thank you|to me|from you|to this number|ever|again|for me|at all|ok|i|im|this|you|sent|bro|man))* (?:\||$)",
        unsubscribe=r" (?:<leave>)\b",
        remove_me=r" (?:<take>)(?: (?:also|both|please|plz|all|of))?(?: (?:me|us|my (?:\w+ ){0,2}(?:number|numbers|name|info\w*|details|contacts?|data|phone|cell|no|contact info)|(?:this|her|his|our|their) (?:number|phone|contact))) (?:off|from|out of|out|on|of)(?: of| from)?(?: (?:the|your|ur|all|any|this|these|future|every|that|you|its|their|yall|sms|text|mailing|marketing|contact|stupid|damn|company|group|campaign|spam|call|calling|phone|customer)){0,5}(?: (?:<list>)\b|<end>| \w+ (?:lists?|database))",
        remove_me_now=r" (?:remove|rwmove|remvoe|delete|erase|unlist|drop|scrub|purge|lose|forget|wipe|block) (?:me|us|my (?:\w+ ){0,2}(?:number|numbers|no|phone number|contact|contacts|contact info\w*|cell)|(?:this|her|his|our|their) number)<end>",
        leave_me_alone=r" (?:leave|let|lve) (?:me|us) (?:the \w+ |tf )?(?:alone|be|in peace)(?: (?:\||$|please|pls|now|already|you|thanks|and|forever))",
        go_away=r" (?:fuck off|f off|piss off|bugger off|buzz off|sod off|eff off|bug off|get stuffed|fk off|shove off|screw off)(?: (?:please|pls|now|already|spammers?|bot|you|and|with|asshole))* (?:\||$)",
        give_it_up=r"(?:^|\|) (?:please |pls |ok |okay )?(?:knock it off|cut it out|give it a rest|enough already|ive had enough|i have had enough|had enough|lay off|back off|not another (?:text|message|word))(?: (?:please|now|already|with .*))* (?:\||$)",
        never_again=r" never (?:again (?:<do>)(?: to)? (?:<me>)|(?:<do>)(?: to)? (?:<me>) (?:again|ever|anymore))\b",
        do_not_contact_list=r" (?:put|add|place) (?:me|us|my \w+|this number) (?:on|in|to) (?:the |your )?(?:do not|dont|dnc|no) ?(?:contact|call|text|disturb|message|list)?\b",
        wants_out=r" (?:want|get|let) (?:me )?out of (?:this|these|your|the) (?:list|lists|texts|messages|program|thread|chain|sms|subscription)\b",
    ),
    maybes=_WORDS.named(
        spam=r"(?:^|\|) (?:this is |its |thats |you are |youre |ur |wow |ugh |omg |more |such |stop )?(?:a |just )?(?:spam|scam|spammers?|scammers?|harass?ment|harassing)(?: (?:me|us|\||$|messages?|texts?|and|please|i))",
        will_report=r" (?:ill|i will|im going to|im gonna|gonna|going to|will|i am|im) (?:\w+ )?(?:block|report|blocking|reporting|sue|suing|file a complaint)(?: (?:you|u|this|your|ur|the|as|yall))?\b(?= (?:\||$|number|as|to|company|spam|if|for|you|now))",
        reported=r"(?:^|\|) (?:you are |youre |ur |and |ok |number |sender )*(?:reported|blocked|reporting|blocking)(?: (?:you|as|for|to|this|and))*(?: (?:spam|junk|number|fcc|ftc|and blocked|and reported))? (?:\||$)",
        lawyer=r" (?:my lawyer|my attorney|tcpa|the fcc|the ftc|legal action|illegal to (?:text|contact|message))\b",
        wrong_number=r" (?:wrong (?:number|person|guy|girl|contact)|not (?:my|the right|the correct) number|dont know (?:any|a|this) \w+ (?:by that name))\b(?! (?:for|of|in my|on my))",
        wrong_owner=r" (?:(?:this|that) (?:number|phone) (?:no longer |doesnt |does not |isnt |is not )|no longer (?:at )?this number|changed (?:my |phone )?numbers?|not (?:his|her|their) number)\b",
        cancel_subscription=r" (?:cancel|end|terminate|close|delete|stop|discontinue|quit) (?:my |the |this |our |all )?(?:subscriptions?|membership|sub|account|service)(?: (?:\||$|please|pls|with|now|and|to|immediately))",
        delete_data=r" (?:delete|erase|remove) (?:all )?(?:of )?my (?:personal )?(?:data|info\w*|details|account|profile|records)\b",
        where_from=r" (?:how did you get|where did you get|who gave you|why do you have|how do you have) (?:my|this) (?:number|info|contact|phone)\b",
        not_signed_up=r" (?:i )?(?:never|didnt|did not|dont remember|dont recall)(?: \w+){0,2} (?:sign(?:ed|ing)? up|subscribed?|subscribing|register(?:ed)?|ask(?:ed)? for|opt(?:ed)? in|request(?:ed)?)(?: (?:for|to|with|in))?(?: (?:this|these|that|you|your|it|any|here))?",
        too_many=r" (?:too many|so many|sick of|tired of|fed up with|enough with|enough of|why (?:do|are) you (?:keep|always)? ?(?:texting|messaging|sending|contacting|spamming)|quit with|(?:you|u|yall|they|people|still|guys) keep (?:texting|messaging|spamming|bothering|harassing|sending) (?:me|us))(?: (?:of|your|these|the|me|all|so|many|with))*(?: (?:<thing>|texting|spam|you|this))?\b(?= (?:\||$|please|from|every|i|a day|per|stop|me|everyday|so|already))",
        stop_bothering_time=r" (?:stop|quit|dont|do not) (?:<doing>|<do>) (?:me|us) (?:so (?:late|early|much|often)|at (?:night|work|this hour)|during|in the middle|every)\b",
        stop_it=r"(?:^|\|) (?:please |pls |ok |just |seriously |no |hey |oh )?(?:stop|quit) (?:it|that|this)(?: (?:please|pls|now|already|right now|immediately|ok|seriously))* (?:\||$)",
        not_this_anymore=r" (?:dont|do not|no longer) (?:want|need|wish|wanna) (?:any of )?(?:this|it|any|these|any of these|to (?:continue|be part of this|participate|do this|take part))(?: (?:anymore|any more|any longer|ever again|please))* (?:\||$)",
        shut_up=r"(?:^|\|) (?:just |please |oh )?(?:go away|get lost|go to hell|f u|shut up|stfu|fuck you|fuck u|screw you|get a life|drop dead|eat shit|gtfo|fuk off)(?: (?:\||$|bot|please|now|already|spammer))",
        im_done=r"(?:^|\|) (?:im|i am) (?:out|done with (?:this|you|these)|leaving|quitting)(?: (?:\||$|please|thanks))",
        not_interested_in_any=r" (?:not|no longer|never|isnt) interested(?: \w+){0,4} (?:remove|stop|anymore|any ?more|in (?:your|these|any|getting|receiving) (?:<thing>|more))",
        time_limited=r" (?:take me off|remove me|lose my number|forget my number|delete my number)\b",
        partial=r" stop (?:the )?(?:\w+ )?(?:texts|messages|emails|calls) (?:from|about|for)\b",
    ),
    bare=_WORDS.pattern(
        rf"(?:^|\|)(?: (?:{_FILLERS}|\|))* (?:stop|stopp|stahp|unsubscribe|unsub|stopall|stop stop|quit(?= (?:please|pls|sending|texting|it$|now|\||$))|enough|enough enough|nomore|no more|no mas|remove|leave me alone|dont|opt out)"
        rf"(?: (?:{_FILLERS}|\||stop|stopp|enough|unsubscribe|quit|end|remove|cancel))* $"
    ),
    maybe_bare=_WORDS.pattern(
        rf"^(?: (?:{_FILLERS}|\|))* (?:cancel|cancel it|end|end it|end this|quit it|revoke|remove|delete|cancel this|cancel everything)(?: (?:{_FILLERS}|\|))* $"
    ),
    prefers=_WORDS.pattern(
        r" (?:text|texting|sms|e ?mail|whatsapp|calling|a call) (?:is|are|works|would be) (?:fine|ok|okay|better|good|best|great|easier)\b| (?:(?:just|please|pls|only|rather|instead|better|but|you can|u can|can you|prefer|or)(?: to)? )?(?<! ill )(?<! i will )(?<! i )(?:text|txt|message|msg|e ?mail|whatsapp|sms|write|call|phone|ring)(?: (?:me|us|to me))?(?: (?:instead|only|please|pls|here|rather|later|tomorrow|tmr|on|at|after|by|when|if))+\b"
        r"| \| (?:just |please |pls |only |you can |u can |but |rather )*(?:text|txt|message|msg|e ?mail|whatsapp|write|call|phone|ring)(?: (?:me|us|to me))? (?:\||$|please|instead|back|later)"
    ),
)

"""Lists of opt-outs and near misses through the whole reader, rules and classifier. All sentences were written for these tests."""

import pytest

from nlp.read import SpacyReader, load_reader
from nlp.types import AnyText, Command, Context

OPT_OUTS = """
ich habe kein Interesse an euren SMS
remove number
you are harassing me
拉黑了
stop this nonsense
Remove my info
Opt-out
I'm not your customer, quit texting
this isn't Linda, remove my number
I have already asked to be taken off your list
who the hell is this? stop texting
Stop sending me texts about the sale
please take this number off
stop all marketing
remove me from your SMS
Please discontinue these alerts
unsubscribe from all
i'd like to stop receiving these text messages
not interested, do not message
do not send any further texts
im out of town dont text
Please leave me off your texts
you've been told to stop
I DO NOT WANT ANY MESSAGES
no thank you stop
stop that's enough
can you take me off this list please
End all messages
stop. stop. stop.
plz remove
Delete me
take me off your call list
don't ever text this number again
no more text
I'll sue you if you text again
text me again and I'll report you
I want to cancel these alerts
could you please stop with the messages
enough with the spam
Stopp
nomore
stop messages
stop sms
stopall
stop promotional messages
PLEASE REMOVE ME FROM THIS GROUP TEXT
this is the third time I ask you to stop
do not bother me
for the love of god stop
how do I get off this list
I never subscribed to this, unsubscribe
i no longer live in the area please remove me
sto
yo stop texting my phone
arrêtez tout
je me désabonne
désabonnement svp
je n'en veux plus de vos sms
veuillez me retirer de la liste
merci de supprimer mon numéro
ne m'appelez plus
je ne suis plus intéressé, retirez-moi
arrêtez de me contacter
arretez le spam
c'est bon, plus de messages merci
plus jamais de message svp
enlevez moi de votre base de données
je refuse vos sms
vous pouvez arrêter de m'écrire ?
ne plus recevoir
pas de pub merci
no quiero que me manden nada
dejenme tranquila
ya deja de mandar mensajes
eliminenme
no mandar mas
sacame de la lista
cancelar mensajes
dar de baja
por favor no me escriban mas
no estoy interesado, no me contacten
no me interesa, bórrame
deténganse
ya basta de spam
paren ya
nicht mehr schreiben
keine Nachrichten
Schluss jetzt mit den SMS
bitte austragen
bitte abmelden
lass mich in ruhe
ich will das nicht mehr, abmelden
hör auf mir SMS zu schicken
bitte löschen Sie mich aus Ihrer Liste
keine Werbung!
不要发了
别发短信了
不要再发消息给我
请删除我的号码
别打扰我
不要骚扰我了
取消
取消订阅
请停止发送
我要退订短信
不需要，谢谢，别再发了
烦死了别发了
唔好再煩我
請停止發送訊息
請把我移除
TD退订
Plz quit
tell your bot to stop texting me
Get me off of this text list
my mother passed away please remove her number
I am on the do not call registry
Cease texting.
no longer interested please remove
I don't recall signing up. Please take me off.
unsubscribe!!!!
STOP STOP STOP
kindly stop
I want to opt-out
Opt out please
opting out
stop w the texts
enough!!
stop harrassing me
I wish to be removed
yeah no, stop
please no more messages thank you
don't need your texts
we do not want to get these
not me, remove
Stop all texts to this phone
would you please quit contacting me
can i be taken off the list
how to unsubscribe
stop asap
arrêtez ça
stop stop stop
je demande l'arrêt de ces messages
je ne souhaite pas recevoir de sms
retirez-moi
plus de messages svp, merci
vos sms me saoulent, stop
lâchez-moi
ne m'envoyez plus ça
arrêtez d'insister
desabonnez mon numero
no me envíen más promociones por favor
no quiero que me vuelvan a escribir
ya párenle
quiero cancelar los mensajes
no más por favor
elimínenme de su base de datos
dejen de molestarme
deje de mandarme mensajes
no vuelva a escribirme
por favor borrar mi número
nehmt mich bitte raus
keine weiteren SMS
ich möchte keine Nachrichten mehr erhalten
bitte nicht mehr anschreiben
stoppt die SMS
mich bitte aus der Liste streichen
lasst mich in Frieden
SMS abbestellen
请别再发短信来了
不要再给我发送广告
把我从你们的列表移除
我不想收到任何信息
别再推销了
停发
滚开别再发了
"""
HELD = """
I think you have the wrong number
this is the wrong number
"""
NEAR_MISSES = """
stop, I meant two not three
stop at the first traffic light
please cancel order 4471
I need to end my lease
end it at 5 please
don't send the parcel to my old address
don't send me the blue one
don't message my husband about the surprise
remove the extra charge
take my name off the reservation
delete my last order
remove me from the waiting list for Friday
I no longer need the appointment
I don't need a reminder, I'll be there
do not disturb sign is missing on the door
quit laughing at me
no further questions, thanks
no more questions
unsubscribe from what?
what does unsubscribe do
I'm tired of waiting
fed up with the delays
enough said
good enough for me
is that enough?
not enough sugar
block two tables for us
block the date
I will report back tomorrow
report shows zero sales
I can't get off work
I get off at 5
off to work now
leave me a voucher please
leave me one of the red ones
can you leave me a message
lost my card
I lost your number
forget it
forget my last message
never mind the last text
never had better coffee
never been there
please call before you come
stop by the shop? sure
does the bus stop there
how many stops to the shop
my card got blocked
wrong size
wrong address
wrong number of items in the box
don't want sauce
I don't want it spicy
don't want to wait
I don't want to miss any messages from you
I want more messages
no messages received yet
I want these texts in Spanish
stop changing the menu
please stop raising prices
arrêtez de changer le menu
pas de message reçu
j'ai arrêté de fumer
plus de 10 personnes
je ne veux plus attendre
enlevez mon nom de la réservation
je ne peux plus venir
ne m'appelez pas demain matin
ça suffit pour ce soir, merci beaucoup pour tout
ya no puedo ir
no me llegó el mensaje
no me manden la roja
dejen de subir los precios
baja el precio y compro
la música está muy alta, bájenla
no quiero esperar más
quiero cancelar mi pedido
para mí uno de pollo
no me avisaron del cambio
ich brauche keine Erinnerung
ich kann nicht mehr kommen
nicht mehr als zwei
keine SMS bekommen
ich habe genug Kaffee
lass uns um drei treffen
hör mal, wann macht ihr auf
streichen Sie bitte die Suppe von der Bestellung
不要发到旧地址
别发错地址
不要停
我不要了，退款
取消预约
别催了
不用了谢谢
我没收到短信
别忘了发票
停车方便吗
stop and smell the roses haha
I got off at the wrong stop
can you remove the sticker
no need to text, just come by
I will text you later
please message me the details
don't forget to text me
don't hesitate to call me
no calls please, text is fine
you can stop searching, I found it
the machine stopped in the middle
end of story
my subscription ends in May
when does my membership end
is it possible to cancel for free
can I cancel later
how do I cancel my order
I have to cancel, I'm ill
please cancel and refund
never again will I eat there
never late, great service
no spam in my sandwich please
we never got the invoice
don't want the blue, want the red
leave the door open
I'm leaving now
remove it from my cart
get the manager's special for me
I quit sugar
stop joking
it's enough
can you write it on the cake
don't write anything on the cake
opt for the large one
I opted for pickup
arrête ton char
je vous appelle plus tard
plus tard merci
pas maintenant
je n'ai pas de voiture
c'est assez cher
il n'y a plus de place?
no hay problema
no me acuerdo
no me gusta el azul
deja la puerta abierta
ya no tengo hambre
la baja de precio es buena
para dos personas
genug Platz für alle
ich melde mich morgen
meldet euch
ich schreibe später
nicht so laut
hört sich gut an
auf keinen Fall verpassen
不要加冰
不要客气
我不知道
别担心
发票不要了
不用再问了
再发一次
停业了吗
"""


@pytest.fixture(scope="module")
def reader() -> SpacyReader:
    return load_reader()


def lines(listed: str) -> list[str]:
    """The sentences of a list, one a line."""
    return listed.strip().splitlines()


@pytest.mark.parametrize("text", lines(OPT_OUTS))
def test_opted_out(reader: SpacyReader, text: str) -> None:
    reading = reader.read(text, Context(expect=AnyText()))
    assert reading.command is Command.STOP, reading.command_why


@pytest.mark.parametrize("text", lines(HELD))
def test_held_for_a_person(reader: SpacyReader, text: str) -> None:
    reading = reader.read(text, Context(expect=AnyText()))
    assert reading.command is Command.MAYBE_STOP, reading.command_why


@pytest.mark.parametrize("text", lines(NEAR_MISSES))
def test_near_misses(reader: SpacyReader, text: str) -> None:
    reading = reader.read(text, Context(expect=AnyText()))
    assert reading.command is None, reading.command_why

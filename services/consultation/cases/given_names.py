"""Common given names in Finland, for the hint that a text may name somebody. Not complete, and never a refusal.

Our own choice of names that are everyday among Finnish-, Swedish-, Russian-, Somali- and Arabic-speakers; names that
are also ordinary words at the start of a sentence (Ilo, Toivo, Kai, Pilvi, Satu) are left out.
"""

GIVEN_NAMES = frozenset(
    """
    aada aaro ada aino aleksi alexander alma amanda anders anette anja anna anne anneli anni annika antero anton antti
    anu armas arto arttu asta astrid aukusti axel benjamin birgitta carita carl cecilia charlotta christian daniel ebba
    edvard eeli eelis eemeli eero eetu eeva eevi eija eila eino elias elina elisa elisabet ella ellen elli elsa emil
    emilia emma emmi enni erik erika erkki essi eva eveliina fanny fredrik gabriel gustav hanna hannele hannu harri
    heidi heikki helena helmi henna henri henrik hilda hilja hilla hilma iida iina iiris ilkka ilmari ilona inka inkeri
    irja irma isabella isak ivar jaakko jaana jan jani janne jari jarmo jarno jasmin jenna jenni jenny jere jesse jimi
    joakim joel johan johanna johannes jonas joni jonna joona joonas jouni juha juhani juho jukka julia juliana jussi
    jutta jyri jyrki kaarina kaarlo kaija kaisa kaj kalle karita karl karoliina katariina katja katri kauko kerttu
    kimmo kirsi klara konsta kristiina kristian kyllikki laila lars lasse laura lauri leea leena leevi leif lenni leo
    lilja lina linda linnea lotta lotten ludvig luukas maarit maija maiju malin malla magnus maria mariia marika
    marina marja marjatta marjo marko markku markus martin martta matias matilda matleena matti mattias mauri mia mika
    mikael mikko mila milja milla minja minna minttu mira miro mirja mirjami mohamed muhammad ahmed abdi ali hassan
    hussein ibrahim omar yusuf amina fatima khadija leyla maryam nadia zahra ayaan hodan amal nasra natalia oksana
    olga svetlana tatjana dmitri sergei vladimir ivan nella nelli nestori niilo niina niklas niko noah noel noora oili
    oiva oliver olivia olli onni oona orvokki oscar oskar osmo otto outi paavo pauli pauliina pekka pentti pertti petra
    petri petteri pia pihla pinja pirjo pirkko raija raimo raili rasmus rauni reijo reino riikka riina risto ritva
    robert robin roope roosa ronja saana saara sami samu samuel samuli sandra sanna sanni santeri santtu sara sari saska
    sebastian seija senja senni seppo siiri silja simo sini sinikka sirkka sirpa sofia sofie sofi solveig sonja stefan
    stina susanna susanne suvi sven taina tapani tapio tarja taru teemu teija tero terttu tiia tiina timo tina tomi
    tommi topias toni tuija tuire tuomas tuomo tuula tuulikki tuure tytti ulla urho urpo valtteri veera veeti veikko
    venla verneri vesa vieno viivi viktor vilho viljami ville vilma wilhelm william
    """.split()
)

"""Why an order failed, and what a closing lacks, in French.

Proofs and ledgers are in English, since a machine signed them: they are shown in the
reader's language and never rewritten.  What is not in the table stays as it was said.
"""

from __future__ import annotations

import re
from typing import Final

from rcu.fleet.words import Lang

_SAID: Final[tuple[tuple[str, str], ...]] = (
    # What a till says of a configuration that was ordered (agent/sync, agent/pulse.py).
    (r"^on trial for ([\d.e+]+ s)", r"à l’essai pendant \1"),
    (r"\brolled back:", "reprise :"),
    (r"\brolled back", "reprise"),
    (r"the agent did not come through its start", "l’agent n’a pas passé le démarrage"),
    (r"the till does not answer", "la caisse ne répond pas"),
    (r"the store does not answer", "la base ne répond pas"),
    (r"the printer does not answer any more", "l’imprimante ne répond plus"),
    (r"there is no database", "il n’y a pas de base"),
    (r"(door\.\w+) is shut", r"\1 est fermée"),
    (r"the RCU takes nothing", "le service central ne prend rien"),
    (r"the RCU does not hear how we are", "le service central n’entend pas la caisse"),
    (r"it cannot be kept on this disk", "le disque ne peut pas la garder"),
    (r"(door\.\w+) does not accept", r"\1 n’accepte pas de liaison"),
    (r"the RCU is not reached", "le service central n’est pas joint"),
    (r"\(not yet\)", "(pas encore)"),
    (r"not to be ordered:", "ne se commande pas :"),
    (r"generation (\d+) is on trial", r"la génération \1 est à l’essai"),
    (
        r"follows generation (\w+), this till is at (\d+)",
        r"suit la génération \1, cette caisse en est à la \2",
    ),
    (r"orders nothing", "n’ordonne rien"),
    (r"would not be a configuration:", "ne serait pas une configuration :"),
    (
        r"this till knows no key of the RCU; enrol it",
        "caisse sans clé du RCU : enrôlez-la",
    ),
    (r"not of the order's shape", "n’a pas la forme de cet ordre"),
    (
        r"the till's keys or files cannot be read or written",
        "les clés ou fichiers de la caisse sont illisibles ou bloqués",
    ),
    (
        r"no (?:identity|card) that this till can read",
        "identité illisible pour la caisse",
    ),
    # agent/wire/orderable.py
    (r"is no key that may be ordered", "n’est pas une clé qui se commande"),
    (r"takes ([\d.]+) to ([\d.]+)", r"va de \1 à \2"),
    (r"takes true or false", "vaut true ou false"),
    (r"takes (\w+) or (\w+) or (\w+)", r"vaut \1, \2 ou \3"),
    (r"takes a colour as (#\w+)", r"veut une couleur comme \1"),
    (
        r"takes one to four languages as (\S+)",
        r"veut une à quatre langues, comme \1",
    ),
    # As agents of before 0.1.0 said it.
    (r"takes a text as the key has it", "veut un texte comme la clé l’a"),
    (
        r"could have a shop print elsewhere, or not at all",
        "ferait imprimer ailleurs, ou pas du tout",
    ),
    (
        r"could open a door, or move the one that the POS prints to",
        "ouvrirait une entrée, ou déplacerait celle de la caisse",
    ),
    (
        r"could send receipts through another (?:relay, or from another sender|carrier)",
        "ferait partir les tickets par un autre",
    ),
    (r"could have the till believe another RCU", "ferait croire un autre RCU"),
    (
        r"is who the till is, and where its data are",
        "dit qui est la caisse et où sont ses données",
    ),
    (
        r"names who answers for the data, and where the till's keys are",
        "nomme le responsable des données et la place des clés",
    ),
    (
        r"decides whether what is accepted can be kept",
        "décide si ce qui est accepté peut être gardé",
    ),
    (r"is what the POS takes its printer for", "dit quelle imprimante la caisse voit"),
    (r"could leave the POS without a line", "laisserait la caisse sans liaison"),
    (
        r"is the law that holds here; who stands at the till writes it",
        "est le droit d’ici : il s’écrit sur place",
    ),
    (
        r"names a file by which papers are read",
        "nomme un fichier qui sert à lire les tickets",
    ),
    (
        r"goes into the symbols that customers scan",
        "entre dans les codes que les clients lisent",
    ),
    (r"could open a screen to others", "ouvrirait un écran à d’autres"),
    (r"is what the law wants asked", "est ce que la loi veut qu’on demande"),
    (r"names a program that is started", "nomme un programme qui est lancé"),
    (
        r"could put other verbs under the cashier's fingers",
        "changerait les touches du caissier",
    ),
    # rcu/fleet/rollout.py, rcu/fleet_commands.py
    (r"^stopped by hand$", "arrêté à la main"),
    (r"nothing proved within the time", "rien de prouvé dans le délai"),
    (r"no till that is admitted is meant", "aucune caisse admise n’est visée"),
    # rcu/reconciling.py
    (r"(\d+) entries here, missing", r"\1 écritures ici, manquent"),
    (r"\band (\d+) more\b", r"et \1 autres"),
    (r"\bnothing sold\b", "rien de vendu"),
    (
        r"the chain over the entries here has another head",
        "la chaîne d’ici finit autrement",
    ),
    (
        r"(\d+) receipts are gone by retention: not summed",
        r"\1 tickets effacés au terme de leur durée : non sommés",
    ),
    (
        r"(\d+) receipts were erased at the till before: not summed",
        r"\1 tickets effacés à la caisse avant : non sommés",
    ),
    (r"sums here:", "sommes d’ici :"),
    (r"does not follow from the closing before", "ne suit pas la clôture précédente"),
    (
        r"begins at (\d+), the one before ended at (\d+)",
        r"débute à \1, la précédente finit à \2",
    ),
    (r"not signed by a key of this till", "non signée par une clé de cette caisse"),
    (r"^not signed$", "non signée"),
)
_REMEDIES: Final[tuple[tuple[str, str, str], ...]] = (
    # No order is wrong for these: what the trial looked at was not well.
    (
        r"printer does not answer",
        "Regardez l’imprimante, puis redonnez cet ordre",
        "Look at the printer, then order the same again",
    ),
    (
        r"door\.\w+ (is shut|does not accept)",
        "Regardez le câble vers le logiciel de caisse, puis redonnez cet ordre",
        "Look at the cable to the point-of-sale software, then order the same again",
    ),
    (
        r"no database|store does not answer|kept on this disk|keys or files",
        "À la caisse : receipt-agent doctor ; puis redonnez cet ordre",
        "At the till: receipt-agent doctor; then order the same again",
    ),
    (
        r"is on trial",
        "Attendez la fin de l’essai, puis redonnez cet ordre",
        "Wait until the trial is over, then order the same again",
    ),
    (
        r"follows generation",
        "Redonnez cet ordre : il suivra la configuration que la caisse a",
        "Order the same again: it will follow what the till has",
    ),
    (
        r"knows no key of the RCU",
        "Enrôlez la caisse de nouveau (receipt-rcu enrol-code), puis redonnez cet ordre",
        "Enrol the till again (receipt-rcu enrol-code), then order the same again",
    ),
)
"""By what a proof says; for all else the order is what has to be corrected."""
_FRENCH: Final = tuple((re.compile(said), french) for said, french in _SAID)
_DONE: Final = {
    "settings": "valeurs",
    "generation": "génération",
    "rolled_back": "reprise",
}


def shown(why: str, lang: Lang) -> str:
    """A reason as a till or a roll-out gives it."""
    if lang == "fr":
        for said, french in _FRENCH:
            why = said.sub(french, why)
    return why


def remedy(why: str) -> tuple[str, str] | None:
    """What to do in French and English, where it is not to correct the order."""
    found = (texts for said, *texts in _REMEDIES if re.search(said, why))
    fr, en = next(found, ("", ""))
    return (fr, en) if fr else None


def both(why: str) -> str:
    """French first, English beside it, where they differ."""
    french = shown(why, "fr")
    return why if french == why else f"{french} ({why})"


def counted(name: str, lang: Lang) -> str:
    """What a proof counts."""
    return _DONE.get(name, name) if lang == "fr" else name

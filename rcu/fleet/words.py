"""The fleet's words, French first and English beside it; each trouble with its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Lang = Literal["fr", "en"]
LANGS: Final[tuple[Lang, ...]] = ("fr", "en")
NAMES: Final[Mapping[Lang, str]] = {"fr": "Français", "en": "English"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, and what to do.  ``{}`` is where the detail goes."""

    fr: str
    en: str
    do_fr: str
    do_en: str

    def says(self, lang: Lang, detail: str) -> str:
        return (self.fr if lang == "fr" else self.en).replace("{}", detail)

    def remedy(self, lang: Lang) -> str:
        return self.do_fr if lang == "fr" else self.do_en


TROUBLES: Final[Mapping[str, Trouble]] = {
    "silent": Trouble(
        "La caisse ne répond plus",
        "The till is silent",
        "Est-elle allumée, et sur le réseau ? Sinon, sur place : receipt-agent doctor",
        "Is it on, and on the network? If so, at the till: receipt-agent doctor",
    ),
    "never": Trouble(
        "La caisse ne s’est jamais annoncée",
        "The till has never been heard",
        "Elle est inscrite : démarrez son agent, de cette version ou plus récent",
        "It is enrolled: start its agent, of this version or newer",
    ),
    "printer.offline": Trouble(
        "L’imprimante ne répond pas",
        "The printer does not answer",
        "Vérifiez son câble et son interrupteur",
        "Check its cable and its switch",
    ),
    "printer.cover": Trouble(
        "Le capot de l’imprimante est ouvert",
        "The printer’s cover is open",
        "Fermez-le : l’impression reprend seule",
        "Close it: printing goes on by itself",
    ),
    "printer.out": Trouble(
        "L’imprimante n’a plus de papier",
        "The printer is out of paper",
        "Mettez un rouleau : l’impression reprend seule",
        "Put in a roll: printing goes on by itself",
    ),
    "printer.error": Trouble(
        "L’imprimante signale une panne",
        "The printer reports an error",
        "Éteignez-la et rallumez-la ; regardez le massicot",
        "Switch it off and on; look at the cutter",
    ),
    "printer.stuck": Trouble(
        "Un ticket n’arrive pas à s’imprimer",
        "A receipt cannot be printed",
        "Regardez l’imprimante ; à la caisse : receipt-agent doctor",
        "Look at the printer; at the till: receipt-agent doctor",
    ),
    "printer.backup": Trouble(
        "La seconde imprimante remplace la première",
        "The second printer stands in for the first",
        "Remettez la première en marche",
        "Get the first one going again",
    ),
    "printer.low": Trouble(
        "Le rouleau touche à sa fin",
        "The roll is nearly used up",
        "Préparez un rouleau",
        "Have a roll ready",
    ),
    "door.shut": Trouble(
        "Une entrée est fermée : {}",
        "A door is shut: {}",
        "Vérifiez le câble vers le logiciel de caisse",
        "Check the cable to the point-of-sale software",
    ),
    "store.absent": Trouble(
        "La base de la caisse manque : tout s’imprime",
        "The till’s database is missing: everything is printed",
        "À la caisse : receipt-agent doctor",
        "At the till: receipt-agent doctor",
    ),
    "store.tight": Trouble(
        "Plus de place : les tickets s’impriment sans être gardés",
        "No room: receipts are printed and not kept",
        "Libérez de la place sur le disque de la caisse",
        "Make room on the till’s disk",
    ),
    "disk.low": Trouble(
        "Le disque se remplit : {} Mo libres",
        "The disk fills up: {} MB are free",
        "Libérez de la place sur le disque de la caisse",
        "Make room on the till’s disk",
    ),
    "backlog.old": Trouble(
        "{} envois attendent depuis plus d’une heure",
        "{} entries have waited for more than an hour",
        "La liaison est-elle lente ou coupée par moments ?",
        "Is the line slow, or gone at times?",
    ),
    "backlog.aside": Trouble(
        "{} envois refusés par ce serveur",
        "{} entries refused by this server",
        "Prévenez le support, avec receipt-agent support-bundle",
        "Call support, with receipt-agent support-bundle",
    ),
    "clock.off": Trouble(
        "L’horloge de la caisse est fausse de {} s",
        "The till’s clock is off by {} s",
        "Réglez-la : timedatectl set-ntp true",
        "Set it: timedatectl set-ntp true",
    ),
    "bypassed": Trouble(
        "Des impressions ont contourné l’agent",
        "Print jobs went past the agent",
        "À la caisse : journalctl -u receipt-agent, puis receipt-agent doctor",
        "At the till: journalctl -u receipt-agent, then receipt-agent doctor",
    ),
    "worker.dies": Trouble(
        "Le lecteur de tickets s’est arrêté {} fois",
        "The reader of receipts died {} times",
        "Prévenez le support, avec receipt-agent support-bundle",
        "Call support, with receipt-agent support-bundle",
    ),
    "config.trial": Trouble(
        "Une configuration est à l’essai",
        "A configuration is on trial",
        "Rien à faire : la caisse dira si elle va bien",
        "Nothing to do: the till will say whether it is well",
    ),
    "config.rolled_back": Trouble(
        "La dernière configuration n’a pas tenu : {}",
        "The last configuration did not hold: {}",
        "La caisse a repris la précédente ; corrigez l’ordre",
        "The till went back to the one before; correct the order",
    ),
}

TEXTS: Final[Mapping[Lang, Mapping[str, str]]] = {
    "fr": {
        "title": "Les caisses",
        "summary": "{now} à dépanner, {soon} à surveiller, {ok} en ordre",
        "none": "Aucune caisse n’est inscrite. receipt-rcu enrol-code en inscrit une.",
        "none_found": "Aucune caisse ne correspond.",
        "as_of": "À {at} (UTC)",
        "again": "Actualiser",
        "search": "Chercher",
        "search_label": "Caisse, magasin ou version",
        "all": "Toutes",
        "only_troubles": "À voir seulement",
        "till": "Caisse",
        "state": "État",
        "trouble": "Ce qui ne va pas, et que faire",
        "since": "Depuis",
        "heard": "Entendue",
        "last_receipt": "Dernier ticket",
        "backlog": "En attente",
        "version": "Version",
        "config": "Configuration",
        "level3": "À dépanner",
        "level2": "À surveiller",
        "level1": "À savoir",
        "level0": "En ordre",
        "fine": "Tout va bien",
        "next": "Suivantes",
        "before": "Précédentes",
        "languages": "Langues",
        "leave": "Se déconnecter",
        "back": "Toutes les caisses",
        "history": "Ce qui s’est passé",
        "history_none": "Rien encore.",
        "orders": "Ordres et preuves",
        "orders_none": "Aucun ordre.",
        "closings": "Journées closes",
        "closings_none": "Aucune clôture encore.",
        "rollouts": "Déploiements",
        "rollout": "Déploiement",
        "tills_count": "Caisses",
        "proved": "Prouvées",
        "stage": "Étape",
        "when": "Quand",
        "what": "Quoi",
        "status": "Résultat",
        "detail": "Détail",
        "began": "début",
        "ended": "fin",
        "became": "devient",
        "day": "Jour",
        "entries": "Écritures",
        "equal": "égale",
        "differs": "diffère",
        "waiting": "en attente",
        "running": "en cours",
        "done": "terminé",
        "stopped": "arrêté",
        "facts": "L’état en chiffres",
        "printer": "Imprimante",
        "doors": "Entrées",
        "disk": "Disque libre",
        "rules": "Règles",
        "worker": "Arrêts du lecteur",
        "warnings": "Avertissements depuis le démarrage",
        "started": "Démarrée",
        "open": "ouverte",
        "shut": "fermée",
        "door_title": "Entrée réservée",
        "door_text": "Sur ce serveur, tapez receipt-rcu operator link : la commande "
        "donne un lien, bon quelques minutes et une seule fois.",
        "enter_title": "Entrer",
        "enter_text": "Ce navigateur pourra voir l’état des caisses pendant {hours} heures.",
        "enter": "Entrer",
        "used": "Ce lien a servi, ou son temps est passé. Demandez-en un autre.",
        "too_many": "Trop d’essais : attendez une minute.",
        "ago_now": "à l’instant",
        "ago_min": "il y a {n} min",
        "ago_hours": "il y a {n} h",
        "ago_days": "il y a {n} j",
        "never": "jamais",
        "for_now": "moins d’une minute",
        "for_min": "{n} min",
        "for_hours": "{n} h",
        "for_days": "{n} j",
        "version_word": "Version",
        "rules_word": "Règles",
        "config_word": "Configuration, génération",
        "skip": "Aller au tableau",
        "filter": "Filtrer",
    },
    "en": {
        "title": "The tills",
        "summary": "{now} in trouble, {soon} to keep an eye on, {ok} well",
        "none": "No till is enrolled. receipt-rcu enrol-code enrols one.",
        "none_found": "No till matches.",
        "as_of": "At {at} (UTC)",
        "again": "Refresh",
        "search": "Search",
        "search_label": "Till, store or version",
        "all": "All",
        "only_troubles": "Only with trouble",
        "till": "Till",
        "state": "State",
        "trouble": "What is wrong, and what to do",
        "since": "Since",
        "heard": "Heard",
        "last_receipt": "Last receipt",
        "backlog": "Waiting",
        "version": "Version",
        "config": "Configuration",
        "level3": "See to it now",
        "level2": "Watch",
        "level1": "To be known",
        "level0": "Well",
        "fine": "All is well",
        "next": "Next",
        "before": "Previous",
        "languages": "Languages",
        "leave": "Sign out",
        "back": "All tills",
        "history": "What happened",
        "history_none": "Nothing yet.",
        "orders": "Orders and proofs",
        "orders_none": "No order.",
        "closings": "Closed days",
        "closings_none": "No closing yet.",
        "rollouts": "Roll-outs",
        "rollout": "Roll-out",
        "tills_count": "Tills",
        "proved": "Proved",
        "stage": "Stage",
        "when": "When",
        "what": "What",
        "status": "Result",
        "detail": "Detail",
        "began": "began",
        "ended": "ended",
        "became": "became",
        "day": "Day",
        "entries": "Entries",
        "equal": "equal",
        "differs": "differs",
        "waiting": "waiting",
        "running": "under way",
        "done": "done",
        "stopped": "stopped",
        "facts": "In figures",
        "printer": "Printer",
        "doors": "Doors",
        "disk": "Free disk",
        "rules": "Rules",
        "worker": "Reader died",
        "warnings": "Warnings since the start",
        "started": "Started",
        "open": "open",
        "shut": "shut",
        "door_title": "Reserved",
        "door_text": "On this server type receipt-rcu operator link: it gives a link, "
        "good for minutes and once.",
        "enter_title": "Come in",
        "enter_text": "This browser may see how the tills are for {hours} hours.",
        "enter": "Come in",
        "used": "This link was used, or its time is over. Ask for another one.",
        "too_many": "Too many tries: wait a minute.",
        "ago_now": "just now",
        "ago_min": "{n} min ago",
        "ago_hours": "{n} h ago",
        "ago_days": "{n} d ago",
        "never": "never",
        "for_now": "under a minute",
        "for_min": "{n} min",
        "for_hours": "{n} h",
        "for_days": "{n} d",
        "version_word": "Version",
        "rules_word": "Rules",
        "config_word": "Configuration, generation",
        "skip": "Go to the table",
        "filter": "Filter",
    },
}


def spaced(text: str, lang: Lang) -> str:
    """French puts a no-break space before : ; ? !"""
    if lang != "fr":
        return text
    for mark in (" :", " ;", " ?", " !"):
        text = text.replace(mark, f"\u00a0{mark[1]}")
    return text


def texts(lang: Lang) -> Mapping[str, str]:
    """All of a language."""
    return {name: spaced(text, lang) for name, text in TEXTS[lang].items()}

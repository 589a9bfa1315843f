"""``receipt-agent register``: the entry of the record of processing, as this till is set.

GDPR, art. 30(1); requirement G15 of the domain page.  In French, as Markdown: who answers,
what for, who receives what, and for how long, all by the configuration.  What no file can
know stands in brackets, for a person to fill in, and counsel checks the whole.  Nothing
secret is in it, and nothing that a customer said.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from agent import notice_file
from agent.config import Config, load
from agent.errors import ConfigError
from agent.it.finding import worded

HEAD: Final = """\
# Entrée du registre (RGPD, art. 30, 1)

Écrite par `receipt-agent register` d’après la configuration de la caisse {till}. À compléter entre crochets, et à faire vérifier par votre conseil.

| | |
|---|---|
"""
MEASURES: Final = (
    "base chiffrée (AES-256-GCM, une clé par document et par personne) ; {tls} ; messages signés vers le service central ; écoute limitée "
    "à la machine ou à une liste ; rôles ; service sans privilège ; journaux sans donnée "
    "personnelle"
)
RIGHTS: Final = (
    "`receipt-agent export` (15, 20), `receipt-agent forget` ou `receipt-rcu erase` (17), "
    "`receipt-agent consent withdraw` (7, 21) ; dans chaque message et sur chaque page, "
    "sans compte"
)


def run(arguments: argparse.Namespace) -> int:
    """Print it, or write it to a file."""
    text = page(load(arguments.config))
    if arguments.output is None:
        sys.stdout.write(text)
        return 0
    try:
        arguments.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{arguments.output}: {error.strerror}") from error
    return 0


def page(config: Config) -> str:
    """The entry, as Markdown.

    Raises:
        ConfigError: a sentence of the shop's own cannot be read.
    """
    rows = [f"| **{label}** | {_cell(text)} |" for label, text in _rows(config)]
    head = HEAD.format(till=config.till.source)
    return worded(head + "\n".join(rows) + "\n", "").fr


def _rows(config: Config) -> Iterator[tuple[str, str]]:
    consent, till = config.consent, config.till
    siren = f"SIREN {consent.siren}" if consent.siren else "[SIREN]"
    yield "Traitement", "remise du ticket de caisse selon le choix du client"
    yield "Responsable", f"{consent.controller or till.shop}, {siren}, [adresse]"
    yield "Contact", consent.contact or "[délégué à la protection des données]"
    yield "Établissement", f"{till.shop} ({till.tenant}, {till.store}, {till.till})"
    yield "Finalités", _purposes(config)
    yield (
        "Bases légales",
        (
            "remise : [intérêt légitime, art. 6, 1, f, ou consentement, a] ; preuve : "
            "obligation légale (c) ; autres finalités : consentement (a)"
        ),
    )
    yield (
        "Personnes",
        (
            "clients qui demandent un ticket numérique ; porteurs d’une carte de fidélité ; "
            "personnel de caisse, par rôle"
        ),
    )
    yield "Données", "; ".join(_data(config)).replace("; ", " ; ")
    yield "Données sensibles", _sensitive(config)
    yield "Destinataires", " ; ".join(_recipients(config)) or "aucun : rien ne sort"
    yield "Transferts hors UE", _transfers(config)
    yield "Durées", _terms(config)
    yield "Sécurité (art. 32)", MEASURES.format(tls=_tls(config))
    yield "Droits", RIGHTS
    yield (
        "Information",
        (
            f"écran et affichette à la caisse ; phrase sous le champ ; notice complète : "
            f"{consent.policy_url or '[adresse, consent.policy_url]'}"
        ),
    )


def _purposes(config: Config) -> str:
    asked = sorted(notice_file.load(config.consent.notices).offered())
    kept = "remettre le ticket, le rééditer, prouver le choix et les accords"
    return f"{kept} ; demandées au client : {', '.join(f'`{each}`' for each in asked)}"


def _data(config: Config) -> Iterator[str]:
    yield "contenu du ticket tel que la caisse l’imprime"
    if config.mail is not None:
        yield "adresse e-mail, si le client la donne"
    if config.sms is not None:
        yield "numéro de téléphone, si le client le donne"
    yield "carte de fidélité, par empreinte à clé"
    yield "choix, accords, langue"


def _sensitive(config: Config) -> str:
    if config.till.sensitive:
        return (
            "commerce discret (`till.sensitive`) : rien des articles dans un message, "
            "aucun contact au service central"
        )
    return "aucune n’est demandée ; un ticket de santé est reconnu par son code NAF"


def _recipients(config: Config) -> Iterator[str]:
    for relay in config.mail.relays if config.mail else ():
        yield f"relais de messagerie {relay.host} (adresse, ticket)"
    if config.sms is not None:
        yield f"opérateur SMS {_carrier(config)} (numéro, adresse de la page)"
    if config.sync.enabled:
        host = urlsplit(config.sync.url).hostname
        yield f"service central {host} [exploitant] (tickets, contacts, accords)"


def _carrier(config: Config) -> str:
    sms = config.sms
    if sms is None:
        return ""
    if sms.way == "http" and sms.http is not None:
        return urlsplit(sms.http.url).hostname or ""
    return {"twilio": "Twilio", "ovh": "OVHcloud", "modem": "[de la carte SIM]"}[
        sms.way
    ]


def _transfers(config: Config) -> str:
    if config.sms is not None and config.sms.way == "twilio":
        return "Twilio : États-Unis, [garanties, art. 46]"
    return "[aucun, si chaque destinataire est dans l’Union]"


def _tls(config: Config) -> str:
    """A relay may be set to what is not verified."""
    weak = [
        relay.host
        for relay in (config.mail.relays if config.mail else ())
        if relay.security == "opportunistic"
    ]
    but = f", sauf {', '.join(weak)} (non vérifié)" if weak else ""
    return f"TLS vérifié vers ce qui est nommé ici{but}"


def _terms(config: Config) -> str:
    store = config.store
    return (
        f"à la caisse, {store.retention_hours} heures après l’accusé du service central, "
        f"au plus {store.max_unsent_days} jours sans lui, puis {store.exported_days} jours en "
        f"fichier chiffré ; preuves {store.proof_days} "
        "jours ; carte sans usage trois ans. Au service central : [`pages.retention_days`, "
        "`history.retention_days` de rcu.toml]"
    )


def _cell(text: str) -> str:
    """A shop's own words part no cells."""
    return " ".join(text.replace("|", "\\|").split())

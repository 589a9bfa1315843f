// Every word that the screens say by themselves.  French first.

export const WORDS = {
  fr: {
    articles: (n) => (n === 1 ? "1 article" : `${n} articles`),
    total: "Total",
    other: "English",
    verbs: { qr: "Scanner", email: "Recevoir par e‑mail", paper: "Imprimer", none: "Rien" },
    late: { email: "Recevoir par e‑mail", paper: "Imprimer aussi" },
    silence: { none: "Sans réponse, pas de papier", paper: "Sans réponse, il s’imprime" },
    touch: "Touchez pour prendre votre temps",
    held: "Prenez votre temps",
    choose: "Votre ticket, comme vous voulez",
    scan: "Scannez avec votre téléphone",
    happened: {
      paper: { waiting: "Votre ticket s’imprime", stuck: "Votre ticket sera imprimé", done: "Votre ticket est imprimé", failed: "Le ticket n’a pas pu s’imprimer", none: "Votre ticket s’imprime" },
      email: { waiting: "Votre e-mail va partir", done: "Ticket envoyé", failed: "L’e-mail n’est pas parti", none: "Votre e-mail va partir" },
      qr: { any: "Scannez votre ticket" },
      none: { any: "Pas de papier" },
    },
    more: {
      paper: { waiting: "Le voici dans un instant.", stuck: "Dès que l’imprimante sera prête. En attendant, vous pouvez le scanner.", done: "Merci de votre visite.", failed: "Demandez-le en caisse, ou scannez-le.", none: "Le voici dans un instant." },
      email: { waiting: "Il part dès que le réseau le permet.", done: "Votre adresse sert à cet envoi, et à rien d’autre.", failed: "Vérifiez l’adresse, ou demandez votre ticket en caisse.", none: "Il part dès que le réseau le permet." },
      qr: { any: "Il s’ouvre sur votre téléphone, sans rien installer." },
      none: { any: "Le code reste affiché si vous changez d’avis." },
    },
    help: { email: "Scannez votre ticket, ou recevez-le par e‑mail.", qr: "Scannez votre ticket." },
    address: "Votre adresse e-mail",
    use: "Elle sert à envoyer ce ticket, et à rien d’autre.",
    send: "Envoyer",
    erase: "Effacer",
    close: "Retour",
    keyboard: "Clavier",
    away: "Un instant, s’il vous plaît",
    awayMore: "L’écran revient tout seul.",
  },
  en: {
    articles: (n) => (n === 1 ? "1 item" : `${n} items`),
    total: "Total",
    other: "Français",
    verbs: { qr: "Scan", email: "Get it by e‑mail", paper: "Print", none: "Nothing" },
    late: { email: "Get it by e‑mail", paper: "Print it too" },
    silence: { none: "No answer, no paper", paper: "No answer, it prints" },
    touch: "Touch to take your time",
    held: "Take your time",
    choose: "Your receipt, the way you like",
    scan: "Scan with your phone",
    happened: {
      paper: { waiting: "Your receipt is printing", stuck: "Your receipt will be printed", done: "Your receipt is printed", failed: "The receipt could not be printed", none: "Your receipt is printing" },
      email: { waiting: "Your e-mail is about to leave", done: "Receipt sent", failed: "The e-mail did not leave", none: "Your e-mail is about to leave" },
      qr: { any: "Scan your receipt" },
      none: { any: "No paper" },
    },
    more: {
      paper: { waiting: "Here it comes.", stuck: "As soon as the printer is ready. You can scan it meanwhile.", done: "Thank you for your visit.", failed: "Please ask for it at the till, or scan it.", none: "Here it comes." },
      email: { waiting: "It leaves as soon as the network allows.", done: "Your address serves this message and nothing else.", failed: "Check the address, or ask for your receipt at the till.", none: "It leaves as soon as the network allows." },
      qr: { any: "It opens on your phone, with nothing to install." },
      none: { any: "The code stays here if you change your mind." },
    },
    help: { email: "Scan your receipt, or get it by e‑mail.", qr: "Scan your receipt." },
    address: "Your e-mail address",
    use: "It is used to send this receipt and for nothing else.",
    send: "Send",
    erase: "Erase",
    close: "Back",
    keyboard: "Keyboard",
    away: "One moment, please",
    awayMore: "This screen comes back by itself.",
  },
};

// What both screens answer to an address before it leaves the page.
export const ADDRESS = {
  fr: {
    incomplete: "Cette adresse est incomplète",
    meant: (domain) => `Vouliez-vous dire …@${domain}\u00a0?`,
    doubt: "Vérifiez la fin de l’adresse, ou envoyez-la telle quelle",
  },
  en: {
    incomplete: "This address is incomplete",
    meant: (domain) => `Did you mean …@${domain}?`,
    doubt: "Check the end of the address, or send it as it is",
  },
};

// What the cashier reads: five words at most.
export const CASHIER = {
  fr: {
    offered: "Le client choisit",
    held: "Le client prend son temps",
    idle: "En attente d’une vente",
    happened: {
      paper: { waiting: "Le ticket s’imprime", stuck: "Ticket en attente · l’imprimante a besoin de vous", done: "Ticket imprimé", failed: "Papier non imprimé", none: "Le ticket s’imprime" },
      email: { waiting: "E-mail en route", done: "E-mail envoyé", failed: "E-mail non parti", none: "E-mail en route" },
      qr: { any: "Ticket à scanner" },
      none: { any: "Pas de papier" },
    },
    silence: { none: "sans réponse\u00a0: pas de papier", paper: "sans réponse\u00a0: papier" },
    verdict: { V2: "Sommes vérifiées", V1: "Total vérifié", V0: "Sommes non vérifiées" },
    choice: { paper: "Papier", email: "E-mail", qr: "QR", none: "Rien" },
    open: "En cours",
    first: "Imprimer",
    firstFor: (at, total) => `Imprimer le ticket de ${at}, ${total ?? "sans total"}`,
    again: "Duplicata",
    againFor: (at, total) => `Duplicata du ticket de ${at}, ${total ?? "sans total"}`,
    asked: "Impression demandée",
    copies: (n) => `×${n}`,
    today: (paper, digital) => `Aujourd’hui\u00a0: ${paper} sur papier, ${digital} par QR ou e-mail`,
    articles: (n) => (n === 1 ? "1 article" : `${n} articles`),
    away: "Agent arrêté",
    awayMore: "L’impression reprend avec lui. Cet écran revient tout seul.",
  },
  en: {
    offered: "The customer is choosing",
    held: "The customer takes time",
    idle: "Waiting for a sale",
    happened: {
      paper: { waiting: "The receipt is printing", stuck: "Receipt waiting · the printer needs you", done: "Receipt printed", failed: "Paper not printed", none: "The receipt is printing" },
      email: { waiting: "On its way", done: "E-mail sent", failed: "E-mail not sent", none: "On its way" },
      qr: { any: "Receipt to scan" },
      none: { any: "No paper" },
    },
    silence: { none: "no answer: no paper", paper: "no answer: paper" },
    verdict: { V2: "Sums verified", V1: "Total verified", V0: "Sums not verified" },
    choice: { paper: "Paper", email: "E-mail", qr: "QR", none: "Nothing" },
    open: "Open",
    first: "Print",
    firstFor: (at, total) => `Print the receipt of ${at}, ${total ?? "no total"}`,
    again: "Copy",
    againFor: (at, total) => `Copy of the receipt of ${at}, ${total ?? "no total"}`,
    asked: "Print requested",
    copies: (n) => `×${n}`,
    today: (paper, digital) => `Today: ${paper} on paper, ${digital} by QR or e-mail`,
    articles: (n) => (n === 1 ? "1 item" : `${n} items`),
    away: "Agent stopped",
    awayMore: "Printing goes on once it is back. This screen returns by itself.",
  },
};

// What a table says of a choice and how far it has come; ``stuck`` is for a
// printer that needs a person first.
export function told(table, shown, stuck) {
  const row = table[shown.choice];
  return row.any || (stuck && shown.progress === "waiting" && row.stuck) || row[shown.progress];
}

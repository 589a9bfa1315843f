// What the numbers and letters of a body mean: agent/qr/tables.py, the same.
export const TABLES = {
  "kinds": ["sale", "refund", "void", "duplicate", "gift", "proforma", "card_slip", "merchant_slip", "kitchen", "x_report", "z_report", "cash_report", "voucher", "exit_slip", "invoice", "drawer", "test_page", "label", "other", "unknown"],
  "payments": ["card", "cash", "cheque", "meal_voucher", "gift_card", "voucher", "other"],
  "mentions": ["guarantee", "exchange", "duplicate", "training", "provisional", "degraded", "annuls", "annulled", "modifies", "card_refused", "card_preauthorised", "card_credited"],
  "regimes": ["nf525", "tse", "rksv", "atcud", "verifactu", "ticketbai", "rt", "ksef", "control_unit", "other"],
  "items": {"i": "item", "d": "discount", "p": "deposit", "v": "void", "f": "fee"},
  "exponents": {"BHD": 3, "CLP": 0, "ISK": 0, "JPY": 0, "KRW": 0, "KWD": 3, "OMR": 3, "TND": 3, "VND": 0, "XAF": 0, "XOF": 0, "XPF": 0}
};

export const LEVELS = ["V0", "V1", "V2"];

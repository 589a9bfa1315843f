// EKaBS 1.0.0 of a receipt: agent/wire/ekabs.py, the same document.  Null: it holds no such receipt.

import { kept } from "./body.js";
import { exponent } from "./format.js";

const KINDS = ["sale", "refund", "duplicate", "invoice"];
const ALPHA_3 = Object.fromEntries(
  ("AD AND AL ALB AT AUT AU AUS BA BIH BE BEL BG BGR BY BLR CA CAN CH CHE CN CHN CY CYP CZ CZE DE DEU DK DNK DZ DZA EE EST ES ESP "
  + "FI FIN FR FRA GB GBR GF GUF GP GLP GR GRC HR HRV HU HUN IE IRL IL ISR IS ISL IT ITA JP JPN LI LIE LT LTU LU LUX LV LVA MA MAR "
  + "MC MCO MD MDA ME MNE MK MKD MQ MTQ MT MLT MY MYS NC NCL NL NLD NO NOR PF PYF PL POL PT PRT RE REU RO ROU RS SRB SE SWE SG SGP "
  + "SI SVN SK SVK SM SMR TN TUN TR TUR UA UKR US USA VA VAT YT MYT").match(/\w+ \w+/g).map((each) => each.split(" ")),
);
const FIELD = "[^;]{0,1024}";
const MOMENT = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,18}(?:Z|[+-][0-9]{2}:[0-9]{2})";
const FORMATS = "unixTime|utcTime|utcTimeWithSeconds|generalizedTime|generalizedTimeWithMilliseconds";
const TSE = new RegExp(`^V0;${FIELD};(${FIELD});(${FIELD});([0-9]{1,15});([0-9]{1,15});(${MOMENT});(${MOMENT});(${FIELD});(${FORMATS});(${FIELD});${FIELD}$`);

export function ekabs(receipt) {
  if (!KINDS.includes(receipt.kind) || !receipt.date || receipt.total === undefined) return null;
  if (!/^[A-Z]{3}$/.test(receipt.currency)) return null;
  const major = (minor) => minor / 10 ** exponent(receipt.currency);
  const paid = (receipt.payments ?? []).map(({ label, amount }) => ({ name: label, amount: major(amount) }));
  if (receipt.change !== undefined) paid.push({ name: "Rückgeld", amount: major(-receipt.change) });
  return kept({
    version: "1.0.0",
    type: "INVOICE",
    cash_register: { serial_number: receipt.till ?? "" },
    head: kept({ number: receipt.number ?? "", date: `${receipt.date}T${receipt.time ?? "00:00:00"}Z`, seller: seller(receipt.merchant ?? {}) }),
    data: {
      currency: receipt.currency,
      full_amount_incl_vat: major(receipt.total),
      payment_types: paid,
      vat_amounts: (receipt.vat ?? []).map(whole).filter(Boolean).map((row) => ({
        percentage: row.rate / 100, incl_vat: major(row.gross), excl_vat: major(row.net), vat: major(row.vat),
      })),
      lines: (receipt.items ?? []).map((item) => line(item, major)),
    },
    security: security(receipt.fiscal),
  });
}

function seller(merchant) {
  const lines = (merchant.address ?? []).flatMap((each) => each.split("\n")).filter(Boolean);
  const town = /^([0-9]{4,5}) (\S.*)$/.exec(lines.at(-1) ?? "");
  const street = (town ? lines.slice(0, -1) : lines).join("\n");
  const country = ALPHA_3[merchant.country] ?? "";
  if (!(merchant.name || merchant.vat_id || country || lines.length)) return undefined;
  return {
    name: merchant.name ?? "",
    tax_number: merchant.vat_id ?? "",
    address: { street, postal_code: town?.[1] ?? "", city: town?.[2] ?? "", country_code: country },
  };
}

// A row of the VAT table with all three sums, of which two give the third.
function whole({ rate, net, vat, gross }) {
  if (gross === undefined && net !== undefined && vat !== undefined) gross = net + vat;
  if (vat === undefined && net !== undefined && gross !== undefined) vat = gross - net;
  if (net === undefined && vat !== undefined && gross !== undefined) net = gross - vat;
  return [rate, net, vat, gross].includes(undefined) ? null : { rate, net, vat, gross };
}

function line(item, major) {
  const told = counted(item);
  return kept({
    text: item.label,
    vat_amounts: item.vat_rate === undefined ? undefined : [{ percentage: item.vat_rate / 100, incl_vat: major(item.amount) }],
    item: told && kept({
      number: item.sku ?? "", gtin: item.gtin, quantity: Number(told.quantity), quantity_measure: told.unit, price_per_unit: major(told.price),
    }),
  });
}

function counted(item) {
  const silent = [item.quantity, item.unit_price, item.gtin, item.sku].every((each) => each === undefined);
  if (item.vat_rate !== undefined && silent) return undefined;
  const told = printed(item);
  if (item.vat_rate !== undefined) return told;
  return told && worth(told) === item.amount ? told : { quantity: "1", price: item.amount };
}

function printed(item) {
  if (item.quantity === undefined) {
    const alone = item.unit_price === undefined || item.unit_price === item.amount;
    return alone ? { quantity: "1", price: item.amount } : undefined;
  }
  const price = item.unit_price ?? (Number(item.quantity) === 1 ? item.amount : undefined);
  return price === undefined ? undefined : { quantity: item.quantity, unit: item.unit, price };
}

// Halves away from zero; exact, whatever the decimals.
function worth({ quantity, price }) {
  const [above, below = ""] = quantity.split(".");
  const scale = 10n ** BigInt(below.length);
  const product = BigInt(above + below) * BigInt(price);
  const size = (2n * (product < 0n ? -product : product) + scale) / (2n * scale);
  return Number(product < 0n ? -size : size);
}

function security(fiscal) {
  const said = fiscal?.code ? TSE.exec(fiscal.code) : null;
  if (!said) return undefined;
  const [, kind, data, transaction, counter, started, ended, algorithm, format, signature] = said;
  return { tse: {
    serial_number: fiscal.device ?? "", signature_algorithm: algorithm, log_time_format: format, certificate: fiscal.certificate ?? "",
    timestamp_start: started, timestamp_end: ended, transaction_number: Number(transaction), signature_number: Number(counter),
    process_type: kind, process_data: data, signature,
  } };
}

"""The letters, in Arabic: right to left, with the figures of the Maghreb (0 to 9)."""

from __future__ import annotations

from typing import Final

from agent.letters.phrases import Phrases
from agent.wire.receipt import DocKind

SAID: Final = Phrases(
    titles={
        DocKind.REFUND: "إيصال الاسترداد",
        DocKind.VOID: "إيصال الإلغاء",
        DocKind.INVOICE: "فاتورتك",
        DocKind.PROFORMA: "حسابك المؤقت",
        DocKind.CARD_SLIP: "إيصال البطاقة المصرفية",
        DocKind.VOUCHER: "قسيمتك",
        DocKind.GIFT: "إيصال الهدية",
    },
    title="إيصالك",
    copy="DUPLICATA {number}",
    greeting="مرحبًا، هذا هو الإيصال الذي طلبته لدى {shop}.",
    total="المجموع",
    subtotal="المجموع الفرعي",
    rounding="التقريب",
    change="الباقي",
    vat="ضريبة القيمة المضافة {rate}",
    payments={
        "card": "بطاقة مصرفية",
        "cash": "نقدًا",
        "cheque": "شيك",
        "meal_voucher": "قسيمة طعام",
        "gift_card": "بطاقة هدية",
        "voucher": "قسيمة",
        "other": "وسيلة دفع أخرى",
    },
    number="الإيصال رقم {number}",
    articles=("سلعة واحدة", "عدد السلع: {count}"),
    page="عرض إيصالي على الإنترنت",
    strip="الإيصال كما طبعه الصندوق",
    machine=("نص هذه الصورة قرأته آلة وقد يحتوي على أخطاء، والصورة هي المرجع"),
    picture="صورة الإيصال",
    attached="طبع الصندوق هذا الإيصال على شكل صورة، وهي مرفقة.",
    why="يكتب إليك {shop} لأن هذا العنوان أُعطي عند الصندوق لتلقي هذا الإيصال.",
    use="ولا يُستخدم إلا لهذا الإرسال.",
    not_me="لست أنا",
    not_me_how=(
        "إن لم يكن هذا الإيصال لك فقد كُتب العنوان خطأً. هذا الرابط يفصله عن الإيصال"
        " ويُعلم المتجر، ولن تصلك أي رسالة أخرى. يمكنك أيضًا الكتابة إلى {sender}."
    ),
    discreet="حفاظًا على الخصوصية لا تذكر هذه الرسالة مشترياتك: الإيصال على العنوان أدناه.",
    not_me_subject="هذا الإيصال ليس لي",
    at="الساعة",
    decimal=",",
    percent="\u00a0%",
    code="يُبرز في المتجر عند الاستبدال أو الإرجاع",
    code_picture="رمز الإيصال: {text}",
    pdf="الإيصال كما طبعه الصندوق مرفق بصيغة PDF.",
    pdf_name="receipt.pdf",
    more="… وأسطر أخرى عددها {count}: الإيصال الكامل مرفق وعلى الإنترنت.",
    annulled="ملغى",
    annulled_subject="أُلغي إيصالك",
    annulled_says=(
        "أُلغيت عند الصندوق عملية البيع بتاريخ {day} لدى {shop}، التي أُرسل إيصالها إلى هذا"
        " العنوان."
    ),
    annulled_by="وثيقة الإلغاء رقم {number}",
    annulled_then="لم يعد الإيصال السابق صالحًا. ليس عليك القيام بأي شيء.",
    offer="من {shop}",
    offer_why="لقد وافقت على تلقي العروض عبر البريد الإلكتروني.",
    no_mail="عدم تلقي رسائل أخرى على هذا العنوان",
    colon=":",
    way="rtl",
)

"""Plain tables of further languages."""

from __future__ import annotations

from bar_brands import sheet, table
from bar_layouts import Layout

WORDS: dict[str, Layout] = {
    "Danish": sheet("Dato;Åbning;Høj;Lav;Luk;Volumen"),
    "Norwegian": sheet("Dato;Åpning;Høy;Lav;Slutt;Volum"),
    "Finnish": sheet("Päivämäärä;Avaus;Ylin;Alin;Päätös;Määrä"),
    "Romanian": sheet("Data;Deschidere;Maxim;Minim;Închidere;Volum"),
    "Greek": sheet("Ημερομηνία;Άνοιγμα;Υψηλό;Χαμηλό;Κλείσιμο;Όγκος"),
    "Ukrainian": sheet("Дата;Відкриття;Максимум;Мінімум;Закриття;Обсяг"),
    "Vietnamese": table("Ngày,Mở,Cao,Thấp,Lần cuối,KL"),
    "Indonesian": table("Tanggal,Pembukaan,Tertinggi,Terendah,Terakhir,Vol."),
    "Arabic": table("التاريخ,الافتتاح,الأعلى,الأدنى,الإغلاق,الحجم"),
}

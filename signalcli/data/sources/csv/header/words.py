"""Column names of price files by language, as a table; the first of a list is the most certain.

Accents, case, punctuation and blanks do not count (`signalcli.data.sources.csv.header.names`). The words are
those of the spreadsheets, brokers and price pages of each language. A word must mean the same in all of them.
"""

from __future__ import annotations

Words = dict[str, tuple[str, ...]]

ENGLISH: Words = {
    "symbol": (
        "symbol", "ticker", "name", "code", "instrument", "ts_code", "sym", "symbols", "tickers",
        "security", "pair", "stock", "scrip", "ric", "contract", "currency_pair", "stock_code",
        "act_symbol", "secid", "dataset_code",
    ),
    "date": (
        "date", "datetime", "timestamp", "date_time", "gmt_time", "local_time", "utc_time", "est_time",
        "local_date", "trade_date", "trading_date", "trading_day", "session_date", "business_date",
        "exchange_date", "exchange_time", "price_date", "as_of_date", "date_gmt", "date_utc", "time_utc",
        "dates", "day", "open_time", "time_period_start", "time_open", "opentime", "window_start",
        "start_time", "starttime", "started_at", "bar_time", "candle_time", "candle_begin_time",
        "time_stamp", "ts",
        "ts_event", "ts_init", "event_time", "begin", "begins_at", "start", "snapped_at", "time_iso",
        "date_iso", "quote_date", "dtyyyymmdd", "yyyymmdd", "datetime_utc", "kline_open_time", "created_at",
        "as_of", "asof", "period", "month", "week", "time", "unix", "unix_time", "unix_timestamp", "epoch",
        "epoch_time", "epoch_ms", "time_ms", "t", "dt", "d", "close_time", "time_close", "",
    ),
    "time": ("time", "hour", "clock", "time_of_day", "bar_time", "hhmm", "hhmmss", "trade_time"),
    "open": (
        "open", "opening", "open_price", "opening_price", "price_open", "px_open", "trade_open", "first",
        "first_price", "open_rate", "opn", "openprice", "o", "op",
    ),
    "high": (
        "high", "high_price", "price_high", "px_high", "trade_high", "highest", "highest_price", "day_high",
        "max", "maximum", "max_price", "high_rate", "hi", "h", "hgh",
    ),
    "low": (
        "low", "low_price", "price_low", "px_low", "trade_low", "lowest", "lowest_price", "day_low", "min",
        "minimum", "min_price", "low_rate", "lo", "l",
    ),
    "close": (
        "close", "closing", "close_price", "closing_price", "price_close", "px_close", "trade_close",
        "last", "last_price", "px_last", "latest", "latest_price", "close_rate", "closeprice",
        "close_close_price_adjusted_for_splits", "universal_close_price", "official_close", "settle",
        "settlement", "settlement_price", "settle_price", "ltp", "price", "value", "cls", "c", "cl",
    ),
    "volume": (
        "volume", "vol", "total_volume", "trade_volume", "traded_volume", "volume_traded", "share_volume",
        "px_volume", "total_traded_quantity", "total_trade_quantity", "traded_quantity", "no_of_shares",
        "shares_traded", "number_of_shares_traded", "volume_base", "contracts_traded", "qty", "quantity",
        "acvol_uns", "accumulated_volume", "base_volume", "basevolume",
        "volumefrom", "volume_from", "base_token_volume", "number_of_shares", "tickvol", "tick_volume",
        "ticks", "v", "vo",
    ),
    "adj_close": (
        "adj_close", "adjusted_close", "adjclose", "close_adj", "close_adjusted", "adj_price",
        "adjusted_price", "adjusted_closing_price", "adj_closing_price",
        "adj_close_adjusted_close_price_adjusted_for_splits_and_dividend_and_or_capital_gain_distributions",
    ),
    "split": ("split", "stock_splits", "split_ratio", "split_coefficient", "splits", "split_factor"),
}  # fmt: skip

GERMAN: Words = {
    "symbol": ("kurzel", "kuerzel", "wertpapier", "titel"),
    "date": (
        "datum", "zeitstempel", "handelstag", "datum_uhrzeit", "datum_zeit", "tag", "stichtag", "zeitpunkt",
    ),
    "time": ("uhrzeit", "zeit"),
    "open": (
        "eroffnung", "eroeffnung", "eroffnungskurs", "eroeffnungskurs", "erster", "eroffn", "eroeffn",
        "erste", "anfang", "anfangskurs", "offen",
    ),
    "high": (
        "hoch", "tageshoch", "hochst", "hoechst", "hochstkurs", "hoechstkurs", "hochster", "hochstpreis",
        "tages_hoch",
    ),
    "low": (
        "tief", "tagestief", "tiefst", "tiefstkurs", "tiefster", "niedrig", "tiefstpreis", "tages_tief",
    ),
    "close": (
        "schluss", "schlusskurs", "schlusspreis", "letzter", "zuletzt", "letzte", "letzter_kurs", "kurs",
        "preis", "schlussk",
    ),
    "volume": (
        "volumen", "umsatz", "stucke", "stuecke", "stuck", "stueck", "handelsvolumen", "stuckumsatz",
        "gehandelte_stucke", "volumen_stuck", "umsatz_stuck",
    ),
    "adj_close": (
        "bereinigter_schluss", "bereinigt", "schluss_bereinigt", "adj_schluss", "bereinigter_schlusskurs",
    ),
}  # fmt: skip

FRENCH: Words = {
    "symbol": ("symbole", "valeur", "libelle"),
    "date": ("date_heure", "jour", "horodatage", "seance", "date_de_seance"),
    "time": ("heure",),
    "open": ("ouverture", "ouv", "cours_d_ouverture", "premier", "prix_d_ouverture"),
    "high": ("haut", "plus_haut", "le_plus_haut", "cours_le_plus_haut", "plushaut", "p_haut"),
    "low": ("bas", "plus_bas", "le_plus_bas", "cours_le_plus_bas", "plusbas", "p_bas"),
    "close": (
        "cloture", "fermeture", "clot", "dernier", "cours_de_cloture", "dernier_cours", "cours", "prix",
        "clo",
    ),
    "volume": (
        "volume_echange", "quantite", "quantites", "titres", "volumes", "nombre_de_titres",
        "nombre_d_actions", "qte",
    ),
    "adj_close": ("cloture_ajustee", "cloture_ajuste", "cours_ajuste"),
}  # fmt: skip

SPANISH: Words = {
    "symbol": ("simbolo", "valor", "activo"),
    "date": ("fecha", "fecha_hora", "fecha_y_hora", "dia", "sesion"),
    "time": ("hora",),
    "open": ("apertura", "abrir", "apert", "precio_de_apertura", "precio_apertura"),
    "high": ("maximo", "max", "alto", "alta", "mas_alto", "precio_maximo"),
    "low": ("minimo", "min", "bajo", "baja", "mas_bajo", "precio_minimo"),
    "close": ("cierre", "ultimo", "cerrar", "precio_de_cierre", "precio_cierre", "ult", "precio"),
    "volume": ("volumen", "titulos", "cantidad", "vol_titulos"),
    "adj_close": ("cierre_ajustado", "cierre_aj", "cierre_ajust"),
}  # fmt: skip

ITALIAN: Words = {
    "symbol": ("simbolo", "titolo", "strumento"),
    "date": ("data", "data_ora", "data_e_ora", "giorno", "seduta"),
    "time": ("ora", "orario"),
    "open": ("apertura", "aper", "prezzo_di_apertura", "prezzo_apertura", "apre"),
    "high": ("massimo", "max", "alto", "prezzo_massimo", "massima"),
    "low": ("minimo", "min", "basso", "prezzo_minimo", "minima"),
    "close": ("chiusura", "ultimo", "chiude", "prezzo_di_chiusura", "prezzo_chiusura", "chius", "prezzo"),
    "volume": ("volumi", "quantita", "pezzi"),
    "adj_close": ("chiusura_rettificata", "chiusura_agg", "chiusura_aggiustata", "chiusura_adj"),
}  # fmt: skip

PORTUGUESE: Words = {
    "symbol": ("simbolo", "ativo", "papel", "codigo", "ticker_ativo"),
    "date": ("data", "data_hora", "data_e_hora", "dia", "pregao", "data_pregao", "data_do_pregao"),
    "time": ("hora", "horario"),
    "open": ("abertura", "aber", "abert", "preco_de_abertura", "preco_abertura", "abrir"),
    "high": ("maxima", "maximo", "max", "alta", "alto", "preco_maximo"),
    "low": ("minima", "minimo", "min", "baixa", "baixo", "preco_minimo"),
    "close": (
        "fechamento", "fecho", "ultimo", "fech", "preco_de_fechamento", "preco_fechamento", "encerramento",
        "preco",
    ),
    "volume": ("volume_negociado", "quantidade", "negocios_volume", "qtde"),
    "adj_close": ("fechamento_ajustado", "fech_ajustado", "fecho_ajustado"),
}  # fmt: skip

DUTCH: Words = {
    "symbol": ("symbool", "aandeel", "fonds"),
    "date": ("datum", "datum_tijd", "dag", "tijdstip"),
    "time": ("tijd", "uur"),
    "open": ("opening", "openingskoers", "openen", "eerste"),
    "high": ("hoog", "hoogste", "hoogste_koers", "dagkoers_hoog"),
    "low": ("laag", "laagste", "laagste_koers", "dagkoers_laag"),
    "close": (
        "slot", "slotkoers", "sluiten", "sluiting", "laatst", "laatste", "laatste_koers", "koers", "prijs",
    ),
    "volume": ("omzet", "handelsvolume", "aantal"),
    "adj_close": ("aangepast_slot", "slot_aangepast", "aangepaste_slotkoers"),
}  # fmt: skip

POLISH: Words = {
    "symbol": ("nazwa", "walor", "spolka", "symbol_spolki"),
    "date": ("data", "data_i_czas", "data_czas", "dzien", "sesja"),
    "time": ("czas", "godzina"),
    "open": ("otwarcie", "kurs_otwarcia", "otw", "cena_otwarcia"),
    "high": (
        "najwyzszy", "kurs_maksymalny", "maks", "maksimum", "maksymalny", "najw", "wysoki",
        "cena_maksymalna", "kurs_max", "max",
    ),
    "low": (
        "najnizszy", "kurs_minimalny", "kurs_min", "min", "minimum", "minimalny", "najn", "niski",
        "cena_minimalna",
    ),
    "close": (
        "zamkniecie", "kurs_zamkniecia", "ostatnio", "ostatni", "zamk", "cena_zamkniecia", "kurs", "cena",
    ),
    "volume": ("wolumen", "wolumen_obrotu", "wol", "obrot", "ilosc"),
    "adj_close": ("zamkniecie_skorygowane", "skorygowane_zamkniecie"),
}  # fmt: skip

CZECH: Words = {
    "symbol": ("nazev", "titul", "cenny_papir"),
    "date": ("datum", "datum_a_cas", "den"),
    "time": ("cas", "hodina"),
    "open": (
        "otevreni", "otevirka", "otevirci", "otevreno", "oteviraci_cena", "otviraci_cena", "otev",
        "otevrit", "oteviraci",
    ),
    "high": ("nejvyssi", "maximum", "nejvyssi_cena", "nejvyse", "vysoka", "max", "vysoky"),
    "low": ("nejnizsi", "minimum", "nejnizsi_cena", "nejnize", "nizka", "min", "nizky"),
    "close": (
        "zavreni", "zavirka", "zavrit", "zavreno", "zaviraci_cena", "uzavreni", "uzaviraci_cena",
        "posledni", "kurz", "cena", "zaver", "zaviraci",
    ),
    "volume": ("objem", "pocet", "mnozstvi"),
    "adj_close": ("upravene_zavreni", "upravena_zaviraci_cena"),
}  # fmt: skip

HUNGARIAN: Words = {
    "symbol": ("nev", "ertekpapir", "jelkep", "reszveny"),
    "date": ("datum", "datum_es_ido", "nap"),
    "time": ("ido", "idopont", "ora"),
    "open": ("nyito", "nyitoar", "nyitas", "nyito_ar", "nyito_arfolyam"),
    "high": ("legmagasabb", "maximum", "max", "magas", "legmagasabb_ar", "napi_maximum"),
    "low": ("legalacsonyabb", "minimum", "min", "alacsony", "legalacsonyabb_ar", "napi_minimum"),
    "close": (
        "zaro", "zaroar", "zaras", "zaro_ar", "zaro_arfolyam", "utolso", "arfolyam", "ar", "utolso_ar",
    ),
    "volume": ("forgalom", "mennyiseg", "volumen", "darab", "forgalom_db"),
    "adj_close": ("korrigalt_zaro", "korrigalt_zaroar", "modositott_zaro"),
}  # fmt: skip

SWEDISH: Words = {
    "symbol": ("namn", "vardepapper", "aktie", "kortnamn"),
    "date": ("datum", "datum_tid", "dag", "tidpunkt"),
    "time": ("tid", "klockslag"),
    "open": ("oppning", "oppen", "oppningskurs", "oppna", "oppningspris", "forsta"),
    "high": ("hogst", "hogsta", "hogstkurs", "hogsta_kurs", "hog", "dagshogsta"),
    "low": ("lagst", "lagsta", "lagstkurs", "lagsta_kurs", "lag", "dagslagsta"),
    "close": (
        "stangning", "stangningskurs", "slutkurs", "senaste", "senast", "sist", "stang", "stangningspris",
        "kurs", "pris", "stangt",
    ),
    "volume": ("volym", "omsattning", "antal", "total_volym"),
    "adj_close": ("justerad_stangning", "justerad_slutkurs", "justerad_stangningskurs"),
}  # fmt: skip

TURKISH: Words = {
    "symbol": ("sembol", "hisse", "hisse_kodu", "kod", "menkul"),
    "date": ("tarih", "tarih_saat", "tarih_ve_saat", "gun"),
    "time": ("saat", "zaman"),
    "open": ("acilis", "acilis_fiyati", "ac", "acilis_fiyat"),
    "high": ("yuksek", "en_yuksek", "gun_ici_en_yuksek", "maks", "maksimum"),
    "low": ("dusuk", "en_dusuk", "gun_ici_en_dusuk", "min", "minimum"),
    "close": ("kapanis", "simdi", "son", "kapanis_fiyati", "son_fiyat", "fiyat", "kapanis_fiyat"),
    "volume": ("hacim", "hac", "islem_hacmi", "miktar", "lot"),
    "adj_close": ("duzeltilmis_kapanis", "duz_kapanis"),
}  # fmt: skip

RUSSIAN: Words = {
    "symbol": ("тикер", "символ", "инструмент", "код", "название", "имя"),
    "date": ("дата", "дата_и_время", "дата_время", "день"),
    "time": ("время", "час"),
    "open": ("открытие", "откр", "цена_открытия", "открыть"),
    "high": ("максимум", "макс", "максимальная", "высокая", "высшая", "максимальная_цена", "максимальный"),
    "low": ("минимум", "мин", "минимальная", "низкая", "низшая", "минимальная_цена", "минимальный"),
    "close": ("закрытие", "закр", "цена_закрытия", "последняя", "цена", "курс", "посл", "закрыть"),
    "volume": ("объем", "объём", "объем_торгов", "количество", "кол_во", "оборот"),
    "adj_close": ("скорректированное_закрытие", "скорр_закрытие", "закрытие_скорр"),
}  # fmt: skip

CHINESE: Words = {
    "symbol": (
        "代码", "股票代码", "证券代码", "代碼", "股票代號", "證券代號", "名称", "名稱", "证券简称",
        "合约代码",
    ),
    "date": ("日期", "交易日期", "时间日期", "日期时间", "时间戳", "日期時間", "交易日", "时间", "時間"),
    "time": ("时间", "時間", "时刻", "时分"),
    "open": ("开盘", "开盘价", "開盤", "開盤價", "今开", "开", "開", "今開", "开盘价格"),
    "high": ("最高", "最高价", "最高價", "高", "最高价格", "盘中最高"),
    "low": ("最低", "最低价", "最低價", "低", "最低价格", "盘中最低"),
    "close": (
        "收盘", "收盘价", "收盤", "收盤價", "收", "最新", "最新价", "收市", "收市價", "收盘价格", "价格",
    ),
    "volume": ("成交量", "交易量", "成交股數", "成交量_股", "成交量_手", "量", "总手", "成交數量"),
    "adj_close": ("复权收盘价", "后复权收盘", "调整后收盘价", "調整後收盤價", "还原收盘价"),
}  # fmt: skip

JAPANESE: Words = {
    "symbol": ("銘柄", "銘柄コード", "コード", "証券コード", "銘柄名", "シンボル", "通貨ペア"),
    "date": ("日付", "日付け", "年月日", "日時", "日付時刻", "日にち", "取引日"),
    "time": ("時刻", "時間", "時分"),
    "open": ("始値", "初値", "オープン", "寄付", "寄付値", "始"),
    "high": ("高値", "高", "最高値"),
    "low": ("安値", "安", "最安値", "低値"),
    "close": ("終値", "終", "引値", "クローズ", "大引け", "現在値", "価格"),
    "volume": ("出来高", "取引量", "売買高", "出来高_株", "株数"),
    "adj_close": ("調整後終値", "修正後終値", "調整終値", "修正終値", "終値調整値", "調整後"),
}  # fmt: skip

KOREAN: Words = {
    "symbol": ("종목", "종목코드", "티커", "종목명", "코드", "심볼"),
    "date": ("날짜", "일자", "일시", "거래일", "일", "날짜_시간", "기준일"),
    "time": ("시간", "시각"),
    "open": ("시가", "오픈", "시작가"),
    "high": ("고가", "최고가", "고점"),
    "low": ("저가", "최저가", "저점"),
    "close": ("종가", "현재가", "현재지수", "종료가", "가격", "지수"),
    "volume": ("거래량", "거래_량"),
    "adj_close": ("수정종가", "수정주가", "조정종가"),
}  # fmt: skip

DANISH: Words = {
    "symbol": ("navn", "aktie", "papir"),
    "date": ("dato", "dato_tid", "dag"),
    "time": ("tid", "klokkeslaet"),
    "open": ("abning", "aabning", "abningskurs", "aben"),
    "high": ("hoj", "hojeste", "hojest"),
    "low": ("lav", "laveste", "lavest"),
    "close": ("luk", "lukning", "lukkekurs", "slutkurs", "seneste", "senest", "kurs"),
    "volume": ("volumen", "omsaetning", "antal", "maengde"),
    "adj_close": ("justeret_luk", "justeret_lukkekurs"),
}  # fmt: skip

NORWEGIAN: Words = {
    "symbol": ("navn", "aksje", "ticker_navn"),
    "date": ("dato", "dato_tid", "dag"),
    "time": ("tid", "klokkeslett"),
    "open": ("apning", "aapning", "apningskurs", "apen"),
    "high": ("hoy", "hoyeste", "hoyest"),
    "low": ("lav", "laveste", "lavest"),
    "close": ("slutt", "sluttkurs", "siste", "sist", "lukning", "kurs"),
    "volume": ("volum", "omsetning", "antall", "totalt_volum"),
    "adj_close": ("justert_slutt", "justert_sluttkurs"),
}  # fmt: skip

FINNISH: Words = {
    "symbol": ("nimi", "osake", "tunnus"),
    "date": ("paivamaara", "paiva", "pvm"),
    "time": ("aika", "kello"),
    "open": ("avaus", "avauskurssi", "avattu"),
    "high": ("ylin", "korkein", "ylin_kurssi"),
    "low": ("alin", "matalin", "alin_kurssi"),
    "close": ("paatos", "paatoskurssi", "viimeisin", "sulku", "kurssi"),
    "volume": ("maara", "volyymi", "kokonaisvolyymi"),
    "adj_close": ("oikaistu_paatos", "oikaistu_paatoskurssi"),
}  # fmt: skip

ROMANIAN: Words = {
    "symbol": ("simbol", "emitent"),
    "date": ("data", "data_ora", "zi"),
    "time": ("ora",),
    "open": ("deschidere", "pret_deschidere", "desch"),
    "high": ("maxim", "pret_maxim"),
    "low": ("minim", "pret_minim"),
    "close": ("inchidere", "ultimul", "pret_inchidere", "pret"),
    "volume": ("volum", "cantitate"),
    "adj_close": ("inchidere_ajustata",),
}  # fmt: skip

GREEK: Words = {
    "symbol": ("σύμβολο", "μετοχή"),
    "date": ("ημερομηνία", "ημερ_νία", "ημέρα"),
    "time": ("ώρα",),
    "open": ("άνοιγμα", "τιμή_ανοίγματος"),
    "high": ("υψηλό", "ανώτατη", "μέγιστη", "μέγιστο", "ανώτερο"),
    "low": ("χαμηλό", "κατώτατη", "ελάχιστη", "ελάχιστο", "κατώτερο"),
    "close": ("κλείσιμο", "τιμή_κλεισίματος", "τελευταία", "τιμή"),
    "volume": ("όγκος", "όγκος_συναλλαγών", "τεμάχια"),
    "adj_close": ("προσαρμοσμένο_κλείσιμο",),
}  # fmt: skip

UKRAINIAN: Words = {
    "symbol": ("тікер", "символ", "інструмент"),
    "date": ("дата", "дата_і_час", "день"),
    "time": ("час_доби", "година"),
    "open": ("відкриття", "відкр", "ціна_відкриття"),
    "high": ("максимум", "макс", "найвища", "найвища_ціна"),
    "low": ("мінімум", "мін", "найнижча", "найнижча_ціна"),
    "close": ("закриття", "закр", "ціна_закриття", "остання", "ціна"),
    "volume": ("обсяг", "об_єм", "кількість"),
    "adj_close": ("скориговане_закриття",),
}  # fmt: skip

VIETNAMESE: Words = {
    "symbol": ("mã", "mã_ck", "mã_chứng_khoán"),
    "date": ("ngày", "ngày_giao_dịch", "ngày_giờ"),
    "time": ("giờ",),
    "open": ("mở", "mở_cửa", "giá_mở_cửa"),
    "high": ("cao", "cao_nhất", "giá_cao_nhất"),
    "low": ("thấp", "thấp_nhất", "giá_thấp_nhất"),
    "close": ("đóng", "đóng_cửa", "giá_đóng_cửa", "lần_cuối", "giá"),
    "volume": ("kl", "khối_lượng", "khối_lượng_giao_dịch"),
    "adj_close": ("giá_điều_chỉnh", "đóng_cửa_điều_chỉnh"),
}  # fmt: skip

INDONESIAN: Words = {
    "symbol": ("simbol", "kode", "kode_saham", "saham"),
    "date": ("tanggal", "tgl"),
    "time": ("jam", "waktu"),
    "open": ("pembukaan", "buka", "harga_pembukaan"),
    "high": ("tertinggi", "harga_tertinggi"),
    "low": ("terendah", "harga_terendah"),
    "close": ("penutupan", "tutup", "terakhir", "harga_penutupan", "harga"),
    "volume": ("jumlah", "volume_perdagangan"),
    "adj_close": ("penutupan_disesuaikan",),
}  # fmt: skip

ARABIC: Words = {
    "symbol": ("الرمز", "رمز", "السهم"),
    "date": ("التاريخ", "تاريخ", "اليوم"),
    "time": ("الوقت",),
    "open": ("الافتتاح", "افتتاح", "سعر_الافتتاح", "فتح"),
    "high": ("الأعلى", "أعلى", "أعلى_سعر"),
    "low": ("الأدنى", "أدنى", "أدنى_سعر"),
    "close": ("الإغلاق", "إغلاق", "سعر_الإغلاق", "آخر", "آخر_سعر", "السعر"),
    "volume": ("الحجم", "حجم", "حجم_التداول", "الكمية"),
    "adj_close": ("الإغلاق_المعدل",),
}  # fmt: skip

LANGUAGES: tuple[Words, ...] = (
    ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH, POLISH, CZECH, HUNGARIAN, SWEDISH, TURKISH,
    RUSSIAN, CHINESE, JAPANESE, KOREAN, DANISH, NORWEGIAN, FINNISH, ROMANIAN, GREEK, UKRAINIAN, VIETNAMESE,
    INDONESIAN, ARABIC,
)  # fmt: skip
LOCAL_TIMES = ("local_time", "local_date", "ortszeit", "heure_locale", "hora_local", "ora_locale")

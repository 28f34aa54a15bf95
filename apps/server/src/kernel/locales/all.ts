import { af } from "./af.ts";
import { ar } from "./ar.ts";
import { ca } from "./ca.ts";
import { cs } from "./cs.ts";
import { da } from "./da.ts";
import { de } from "./de.ts";
import { el } from "./el.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { et } from "./et.ts";
import { fi } from "./fi.ts";
import { fr } from "./fr.ts";
import { he } from "./he.ts";
import { hi } from "./hi.ts";
import { hr } from "./hr.ts";
import { hu } from "./hu.ts";
import { id } from "./id.ts";
import { it } from "./it.ts";
import { ja } from "./ja.ts";
import { kn } from "./kn.ts";
import { ko } from "./ko.ts";
import { lt } from "./lt.ts";
import type { MessageTexts } from "./message-texts.ts";
import { mr } from "./mr.ts";
import { ms } from "./ms.ts";
import { nb } from "./nb.ts";
import { nl } from "./nl.ts";
import { pl } from "./pl.ts";
import { pt } from "./pt.ts";
import { ptBR } from "./pt-br.ts";
import { ro } from "./ro.ts";
import { ru } from "./ru.ts";
import { sk } from "./sk.ts";
import { sv } from "./sv.ts";
import { te } from "./te.ts";
import { th } from "./th.ts";
import { tl } from "./tl.ts";
import { tr } from "./tr.ts";
import { uk } from "./uk.ts";
import { vi } from "./vi.ts";
import { zh } from "./zh.ts";
import { zhHK } from "./zh-hk.ts";

/** The texts of every supported language, by its tag. */
export const messageTexts = {
  af,
  ar,
  ca,
  cs,
  da,
  de,
  el,
  en,
  "en-GB": en,
  es,
  et,
  fi,
  fr,
  he,
  hi,
  hr,
  hu,
  id,
  it,
  ja,
  kn,
  ko,
  lt,
  mr,
  ms,
  nb,
  nl,
  pl,
  pt,
  "pt-BR": ptBR,
  ro,
  ru,
  sk,
  sv,
  te,
  th,
  tl,
  tr,
  uk,
  vi,
  zh,
  "zh-CN": zh,
  "zh-HK": zhHK,
} as const satisfies Record<string, MessageTexts>;

/** The tag of a supported language, in its usual case. */
export type Locale = keyof typeof messageTexts;

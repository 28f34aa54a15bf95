import { expect, test } from "vitest";
import { totp } from "./totp.ts";

const keys = {
  SHA1: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
  SHA256: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA",
  SHA512: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA",
};
const uriOf = (query: string, label = "Example:ada") => `otpauth://totp/${label}?${query}`;
const at = (seconds: number) => new Date(seconds * 1000);
const short = uriOf(`secret=${keys.SHA1}`);

test.each([
  [59, "94287082", "46119246", "90693936"],
  [1111111109, "07081804", "68084774", "25091201"],
  [1111111111, "14050471", "67062674", "99943326"],
  [1234567890, "89005924", "91819424", "93441116"],
  [2000000000, "69279037", "90698825", "38618901"],
  [20000000000, "65353130", "77737706", "47863826"],
])("the codes of RFC 6238 at %i are right in each algorithm", (seconds, ...codes) => {
  const shown = Object.entries(keys).map(([algorithm, secret]) =>
    totp(uriOf(`secret=${secret}&issuer=Example&algorithm=${algorithm}&digits=8&period=30`), at(seconds)),
  );
  expect(shown).toEqual(codes);
});

test.each([
  ["digits=3", "082"],
  ["digits=4", "7082"],
  ["digits=5", "87082"],
  ["digits=6", "287082"],
  ["digits=7", "4287082"],
  ["digits=8", "94287082"],
  ["digits=10", "1094287082"],
  ["period=20", "359152"],
  ["period=60", "755224"],
  ["digits=&period=&algorithm=", "287082"],
])("%s gives %s", (query, code) => {
  expect(totp(`${short}&${query}`, at(59))).toBe(code);
});

test.each([
  ["nothing but a secret", short],
  ["no label", `otpauth://totp?secret=${keys.SHA1}`],
  ["capitals", short.replace("otpauth://totp", "OTPAUTH://TOTP")],
  ["small letters", uriOf(`secret=${keys.SHA1.toLowerCase()}`)],
  ["groups", uriOf(`secret=${keys.SHA1.replace(/.{4}/g, "$&%20")}`)],
  ["groups with plus signs", uriOf(`secret=${keys.SHA1.replace(/.{4}/g, "$&+")}`)],
  ["padding", uriOf(`issuer=Example&secret=${keys.SHA1}======`)],
  ["padding in percent", uriOf(`secret=${keys.SHA1}%3D%3D%3D`)],
  ["a name of the hash as Java has it", `${short}&algorithm=HmacSHA1`],
  ["a name of the hash as browsers have it", `${short}&algorithm=SHA-1`],
  ["blanks and an e-mail address in the label", uriOf(`secret=${keys.SHA1}`, "ACME Co:ada@example.com")],
  ["an issuer with &, #, : and an emoji", uriOf(`secret=${keys.SHA1}&issuer=A%26B%23%3A%F0%9F%98%80`, "A%26B%23%3A:a")],
  ["parameters that nobody knows", `${short}&image=https%3A%2F%2Fexample.com%2Fa.png&lock=false`],
])("an address with %s is read", (_, uri) => {
  expect(totp(uri, at(59))).toBe("287082");
});

test("a secret that ends within a byte loses the bits that make none", () => {
  expect(totp(uriOf("secret=MFRGGZDFMZTWQ2LK"), at(59))).toBe(totp(uriOf("secret=MFRGGZDFMZTWQ2LKA"), at(59)));
});

test("the time is now when none is given", () => {
  const around = [new Date(), new Date(Date.now() + 30_000)];
  expect(around.map((time) => totp(short, time))).toContain(totp(short));
});

test.each([
  ["", "otpauth://"],
  ["287082", "otpauth://"],
  [keys.SHA1, "otpauth://"],
  ["https://example.com/?secret=A", "otpauth://"],
  [short.replace("totp", "hotp"), "otpauth://hotp has no codes that go by the time"],
  [uriOf("issuer=Example"), "The address has no secret."],
  [uriOf("secret="), "The address has no secret."],
  [uriOf(`secret=${keys.SHA1}`, "A#B"), "Was a # in its label left as it is?"],
  [uriOf("secret=GEZDGNBV01"), "The secret of the address is not Base32"],
  [uriOf("secret=A"), "The secret of the address is not Base32"],
  [uriOf("secret=GEZDGNBV%C3%9F"), "The secret of the address is not Base32"],
  [`${short}&algorithm=MD5`, "The algorithm MD5 of the address is none of SHA1, SHA256 and SHA512."],
  [`${short}&digits=0`, "The address has digits=0, which is not 1 to 10."],
  [`${short}&digits=11`, "The address has digits=11, which is not 1 to 10."],
  [`${short}&digits=six`, "The address has digits=six, which is not 1 to 10."],
  [`${short}&period=0`, "The address has period=0, which is not 1 to 86400."],
  [`${short}&period=1e9`, "The address has period=1e9, which is not 1 to 86400."],
  [`${short}&period=-30`, "The address has period=-30, which is not 1 to 86400."],
])("%s is refused with what is wrong, and without the secret", (uri, message) => {
  expect(() => totp(uri)).toThrow(TypeError);
  expect(() => totp(uri)).toThrow(message);
  expect(() => totp(uri)).not.toThrow(/GEZDGNBV/);
});

test.each([new Date(Number.NaN), new Date(-1)])("there is no code at %s", (time) => {
  expect(() => totp(short, time)).toThrow("before 1970");
});

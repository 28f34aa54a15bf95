import type { MessageTexts } from "./message-texts.ts";

/** Vietnamese. */
export const vi: MessageTexts = {
  sms: "Mã xác minh {friendly_name} của bạn là: {code}",
  whatsapp: "{code} là mã xác minh {friendly_name} của bạn.",
  payment: "Mã {friendly_name} để phê duyệt khoản thanh toán {amount} cho {payee} là: {code}",
  doNotShare: "Không chia sẻ mã này với bất kỳ ai; nhân viên của chúng tôi sẽ không bao giờ hỏi mã này",
  emailSubject: "Mã xác minh {friendly_name} của bạn",
  emailNote: "Nếu bạn không yêu cầu mã này, vui lòng bỏ qua email này.",
  call: "Xin chào. Mã xác minh {friendly_name} của bạn là: {code}. Xin nhắc lại, mã của bạn là: {code}. Xin cảm ơn.",
  pressKey: "Vui lòng nhấn phím bất kỳ để nghe mã xác minh của bạn.",
};

// The body by which Ory Kratos' courier hands over a code: to whom it goes, and the code of whichever template.
function(ctx)
  local data = ctx.template_data;
  local names = ['login_code', 'registration_code', 'recovery_code', 'verification_code'];
  local codes = [data[name] for name in names if name in data && data[name] != ''];
  {
    to: ctx.recipient,
    // A message without a code is refused, and Kratos logs why.
    code: if std.length(codes) > 0 then codes[0] else null,
  }

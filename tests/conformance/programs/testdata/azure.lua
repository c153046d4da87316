-- Health of every Azure Service Operator object: its one condition is Ready, and only the
-- severity Error of the newest generation is final. Info and Warning mean: still trying.
local hs = { status = "Progressing", message = "Waiting for the operator" }
if obj.status == nil or obj.status.conditions == nil then
  return hs
end
for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "Ready" and condition.observedGeneration == obj.metadata.generation then
    hs.message = condition.message or condition.reason or ""
    if condition.status == "True" then
      hs.status = "Healthy"
    elseif condition.status == "False" and condition.severity == "Error" then
      hs.status = "Degraded"
    end
  end
end
return hs

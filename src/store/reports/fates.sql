-- 三个月、六个月后的去向: the last entry known
  CASE WHEN m.kind <> 'trained' THEN '' ELSE COALESCE((SELECT f.outcome FROM employments f
    WHERE f.enrolment = m.enrolment AND f.months = 3 AND f.day <= $2 AND f.at < $3
    ORDER BY f.id DESC LIMIT 1), '') END AS soon,
  CASE WHEN m.kind <> 'trained' THEN '' ELSE COALESCE((SELECT f.outcome FROM employments f
    WHERE f.enrolment = m.enrolment AND f.months = 6 AND f.day <= $2 AND f.at < $3
    ORDER BY f.id DESC LIMIT 1), '') END AS later

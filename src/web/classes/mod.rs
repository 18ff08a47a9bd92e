//! 班期: a class, from application to completion.

pub mod view;

use crate::domain::class::ClassId;
use crate::domain::enrolment::EnrolmentId;
use crate::domain::lesson::LessonId;

crate::param!(ClassId, LessonId, EnrolmentId);
